package io.amberfs.codec;

import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;

/** The record of the rule which commits are kept: {@code version u8 = 1 | all, minutely, hourly, daily, weekly i64 each}. */
public final class RetentionCodec {
    private static final int VERSION = 1;

    private RetentionCodec() {
    }

    public static byte[] encode(Retention rule) {
        return new Out(41).u8(VERSION).u64(rule.all()).u64(rule.minutely()).u64(rule.hourly()).u64(rule.daily()).u64(rule.weekly()).toBytes();
    }

    public static Retention decode(byte[] bytes) {
        In in = new In("the retention rule", bytes).version(VERSION);
        try {
            Retention rule = new Retention(in.u64(), in.u64(), in.u64(), in.u64(), in.u64());
            in.end();
            return rule;
        } catch (Refusal e) {
            throw in.corrupt(e.getMessage());
        }
    }
}

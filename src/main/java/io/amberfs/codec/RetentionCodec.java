package io.amberfs.codec;

import io.amberfs.model.Amount;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import java.util.Optional;

/**
 * The record of the rule which commits are kept: {@code version u8 = 2 | all, minutely, hourly, daily, weekly i64 each | maxHistory, minFree: 0 none, 1 bytes, 2 percent u8, each
 * but 0 with a varint}.
 */
public final class RetentionCodec {
    private static final int VERSION = 2;
    private static final int NONE = 0;
    private static final int BYTES = 1;
    private static final int PERCENT = 2;

    private RetentionCodec() {
    }

    public static byte[] encode(Retention rule) {
        Out out = new Out(48).u8(VERSION).u64(rule.all()).u64(rule.minutely()).u64(rule.hourly()).u64(rule.daily()).u64(rule.weekly());
        put(out, rule.maxHistory());
        put(out, rule.minFree());
        return out.toBytes();
    }

    private static void put(Out out, Optional<Amount> amount) {
        out.u8(amount.map(a -> a.isPercent() ? PERCENT : BYTES).orElse(NONE));
        amount.ifPresent(a -> out.varint(a.value()));
    }

    private static Optional<Amount> amount(In in) {
        int kind = in.u8();
        if (kind > PERCENT) {
            throw in.corrupt("an unknown kind of amount");
        }
        return kind == NONE ? Optional.empty() : Optional.of(new Amount(kind == PERCENT, in.varint(0, Long.MAX_VALUE)));
    }

    public static Retention decode(byte[] bytes) {
        In in = new In("the retention rule", bytes).version(VERSION);
        try {
            Retention rule = new Retention(in.u64(), in.u64(), in.u64(), in.u64(), in.u64(), amount(in), amount(in));
            in.end();
            return rule;
        } catch (Refusal e) {
            throw in.corrupt(e.getMessage());
        }
    }
}

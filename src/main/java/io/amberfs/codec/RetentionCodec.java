package io.amberfs.codec;

import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import java.util.Optional;

/**
 * The record of the rule which commits are kept: {@code version u8 = 1 | all, minutely, hourly, daily, weekly i64 each | most history | least room}, the last two each as
 * {@code 0 u8}, {@code 1 u8 | bytes varint} or {@code 2 u8 | percent varint}.
 */
public final class RetentionCodec {
    private static final int VERSION = 1;
    private static final int NONE = 0;
    private static final int BYTES = 1;
    private static final int PERCENT = 2;

    private RetentionCodec() {
    }

    public static byte[] encode(Retention rule) {
        Out out = new Out(48).u8(VERSION).u64(rule.all()).u64(rule.minutely()).u64(rule.hourly()).u64(rule.daily()).u64(rule.weekly());
        share(out, rule.maxHistory());
        share(out, rule.minFree());
        return out.toBytes();
    }

    public static Retention decode(byte[] bytes) {
        In in = new In("the retention rule", bytes).version(VERSION);
        try {
            Retention rule = new Retention(in.u64(), in.u64(), in.u64(), in.u64(), in.u64(), share(in), share(in));
            in.end();
            return rule;
        } catch (Refusal | IllegalArgumentException e) {
            throw in.corrupt(e.getMessage());
        }
    }

    private static void share(Out out, Optional<Retention.Share> share) {
        out.u8(share.isEmpty() ? NONE : share.get().isPercent() ? PERCENT : BYTES);
        share.ifPresent(s -> out.varint(s.amount()));
    }

    private static Optional<Retention.Share> share(In in) {
        int kind = in.u8();
        if (kind > PERCENT) {
            throw in.corrupt("an unknown kind of share, " + kind);
        }
        return kind == NONE ? Optional.empty() : Optional.of(new Retention.Share(in.varint(0, Long.MAX_VALUE), kind == PERCENT));
    }
}

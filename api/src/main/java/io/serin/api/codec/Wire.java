// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.serin.api.xds.Any;
import io.serin.api.xds.BoolValue;
import io.serin.api.xds.UInt32Value;
import java.time.Duration;

/** The small change of protobuf: wrapped values, durations, messages inside messages. */
final class Wire {

    static final BoolValue TRUE = BoolValue.newBuilder().setValue(true).build();
    static final BoolValue FALSE = BoolValue.newBuilder().build();

    /** The longest duration that protobuf allows, ten thousand years. */
    private static final long MAX_SECONDS = 315_576_000_000L;

    private Wire() {}

    static Any pack(String typeUrl, MessageLite message) {
        return Any.newBuilder().setTypeUrl(typeUrl).setValue(message.toByteString()).build();
    }

    static <M> M unpack(String where, Any any, String typeUrl, Parser<M> parser) throws CodecFault {
        if (!any.getTypeUrl().equals(typeUrl)) {
            throw new CodecFault(
                    where + ": type '" + any.getTypeUrl() + "' (expected: " + typeUrl + ")");
        }
        try {
            return parser.parseFrom(any.getValue());
        } catch (InvalidProtocolBufferException broken) {
            throw new CodecFault(where + ": not a " + typeUrl + ": " + broken.getMessage());
        }
    }

    static UInt32Value uint(int value) {
        return UInt32Value.newBuilder().setValue(value).build();
    }

    static io.serin.api.xds.Duration duration(Duration duration) {
        return io.serin.api.xds.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    static Duration duration(String where, io.serin.api.xds.Duration duration) throws CodecFault {
        boolean inRange =
                duration.getSeconds() >= 0
                        && duration.getSeconds() <= MAX_SECONDS
                        && duration.getNanos() >= 0
                        && duration.getNanos() < 1_000_000_000;
        if (!inRange) {
            throw new CodecFault(
                    where
                            + ": "
                            + duration.getSeconds()
                            + " s + "
                            + duration.getNanos()
                            + " ns (expected: a protobuf duration of zero or more)");
        }
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }
}

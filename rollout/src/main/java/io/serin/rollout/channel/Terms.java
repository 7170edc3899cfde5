// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import io.serin.api.contract.Labels;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.run.Guards;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What people say of how a channel is to move, in annotations of its object.
 *
 * @param isPaused whether it is to stay where it is
 */
public record Terms(boolean isPaused, BatchSize batch, Guards guards) {

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException naming the annotation that can't be read
     */
    public static Terms of(Map<String, String> annotations) {
        return new Terms(
                read(annotations, Labels.CHANNEL_PAUSED, Terms::truth).orElse(false),
                read(annotations, Labels.CHANNEL_BATCH, BatchSize::parse).orElse(BatchSize.ONE),
                read(
                                annotations,
                                Labels.CHANNEL_GUARD,
                                text -> Guards.parse(List.of(text.split(",", -1))))
                        .orElse(Guards.DEFAULT));
    }

    /**
     * Whether what runs in a namespace is left alone by channels.
     *
     * @throws IllegalArgumentException naming the annotation, when it can't be read
     */
    public static boolean isPaused(Map<String, String> annotations) {
        return read(annotations, Labels.CHANNEL_PAUSED, Terms::truth).orElse(false);
    }

    private static <T> Optional<T> read(
            Map<String, String> annotations, String name, Function<String, T> parse) {
        try {
            return Optional.ofNullable(annotations.get(name)).map(parse);
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "annotation " + name + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException("'" + text + "' (expected: true or false)");
        };
    }
}

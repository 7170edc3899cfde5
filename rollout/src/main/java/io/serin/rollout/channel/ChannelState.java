// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import io.serin.api.contract.Channel;
import io.serin.kube.type.KubeRevision;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a channel is: the data of its ConfigMap. It is written before anything moves, so that whoever
 * holds the Lease next goes on from it.
 *
 * @param target the revision that the tag points to, or is about to
 * @param previous the one that it goes back to if need be; empty for none
 * @param step what is done or waited for just now; empty for nothing
 * @param done of the workloads that this move concerns, those that are where they should be
 * @param reason why it waits, or why it stopped; else empty
 * @param since when the phase began
 * @param failed what it went back from, and does not try again
 */
public record ChannelState(
        Phase phase,
        String target,
        String previous,
        String step,
        int done,
        int of,
        String reason,
        String since,
        List<Failed> failed) {

    /** Where nothing is written, or nothing that can be read: the cluster's facts decide then. */
    public static final ChannelState NONE =
            new ChannelState(Phase.WAITING, "", "", "", 0, 0, "", "", List.of());

    private static final Pattern PROGRESS = Pattern.compile("([0-9]{1,6}) of ([0-9]{1,6})");

    public enum Phase {
        /** There is something to be pointed to, and something is in the way. */
        WAITING,
        /** The tag points to the newest. */
        CURRENT,
        /** The tag was moved, and pods follow. */
        MOVING,
        /** A guard did not hold: the tag goes back, and pods with it. */
        GOING_BACK,
        /** It went back, and stays there until a revision comes that it has not tried. */
        STOPPED
    }

    /**
     * A revision that was tried in vain.
     *
     * @param made when, and its pods' template: another one is another try
     */
    public record Failed(String revision, String made) {

        static Failed of(KubeRevision revision) {
            return new Failed(
                    revision.revision(),
                    revision.release().created() + "/" + revision.release().template());
        }

        private static Optional<Failed> parse(String line) {
            int space = line.indexOf(' ');
            return space < 1
                    ? Optional.empty()
                    : Optional.of(new Failed(line.substring(0, space), line.substring(space + 1)));
        }

        @Override
        public String toString() {
            return revision + " " + made;
        }
    }

    public ChannelState {
        failed = List.copyOf(failed);
    }

    /** From the data of a ConfigMap. */
    public static ChannelState of(Map<String, String> data) {
        Optional<Phase> phase =
                Arrays.stream(Phase.values())
                        .filter(known -> known.name().equals(data.get("phase")))
                        .findFirst();
        Matcher progress = PROGRESS.matcher(data.getOrDefault("progress", ""));
        boolean isUnderWay = progress.matches();
        return phase.isEmpty()
                ? NONE
                : new ChannelState(
                        phase.get(),
                        data.getOrDefault("target", ""),
                        data.getOrDefault("previous", ""),
                        data.getOrDefault("step", ""),
                        isUnderWay ? Integer.parseInt(progress.group(1)) : 0,
                        isUnderWay ? Integer.parseInt(progress.group(2)) : 0,
                        data.getOrDefault("reason", ""),
                        data.getOrDefault("since", ""),
                        data.getOrDefault("failed", "")
                                .lines()
                                .flatMap(line -> Failed.parse(line).stream())
                                .toList());
    }

    /** As the data of a ConfigMap; what is empty is not there. */
    public Map<String, String> data(Channel channel) {
        Map<String, String> data = new TreeMap<>();
        data.put("channel", channel.value());
        data.put("tag", channel.tag().value());
        data.put("phase", phase.name());
        data.put("target", target);
        data.put("previous", previous);
        data.put("step", step);
        data.put("progress", of == 0 ? "" : done + " of " + of);
        data.put("reason", reason);
        data.put("since", since);
        data.put("failed", failed.stream().map(Failed::toString).collect(Collectors.joining("\n")));
        data.values().removeIf(String::isEmpty);
        return data;
    }

    /** For people, in one line: {@code MOVING 2 of 5}. */
    @Override
    public String toString() {
        return phase + (of == 0 ? "" : " " + done + " of " + of);
    }

    boolean hasFailed(KubeRevision revision) {
        return failed.contains(Failed.of(revision));
    }

    /** Without those that were changed or uninstalled since. */
    ChannelState remembering(List<KubeRevision> installed) {
        List<Failed> known = installed.stream().map(Failed::of).toList();
        return with(failed.stream().filter(known::contains).toList());
    }

    private ChannelState with(List<Failed> remembered) {
        return new ChannelState(phase, target, previous, step, done, of, reason, since, remembered);
    }

    private ChannelState turned(Phase next, String to, String from, String why, Instant now) {
        return new ChannelState(
                next,
                to,
                from,
                "",
                0,
                0,
                why,
                next == phase ? since : now.truncatedTo(ChronoUnit.SECONDS).toString(),
                failed);
    }

    ChannelState waiting(String why, Instant now) {
        return turned(Phase.WAITING, target, previous, why, now);
    }

    ChannelState current(String on, Instant now) {
        return turned(Phase.CURRENT, on, on.equals(target) ? previous : "", "", now);
    }

    ChannelState moving(String to, String from, Instant now) {
        return turned(Phase.MOVING, to, from, "", now);
    }

    ChannelState goingBack(String why, Instant now) {
        return turned(Phase.GOING_BACK, target, previous, why, now);
    }

    /** Back where it came from. */
    ChannelState stopped(Optional<KubeRevision> tried, Instant now) {
        List<Failed> all = new ArrayList<>(failed);
        tried.map(Failed::of).ifPresent(all::add);
        return turned(Phase.STOPPED, previous, "", reason, now).with(all);
    }

    ChannelState at(String what) {
        return at(what, done, of);
    }

    ChannelState at(String what, int doneNow, int ofAll) {
        return new ChannelState(
                phase, target, previous, what, doneNow, ofAll, reason, since, failed);
    }
}

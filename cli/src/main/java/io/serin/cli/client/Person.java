// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.rollout.run.Claim;
import io.serin.rollout.run.Holder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who types, as others are told. */
public final class Person {

    private Person() {}

    /**
     * This process. What another process of the same machine has held is free when it has ended.
     */
    public static Holder holder() {
        String pid = Long.toString(ProcessHandle.current().pid());
        String place = place(Path.of("/proc"));
        String run = place.isEmpty() ? UUID.randomUUID().toString() : place + " " + pid;
        return new Holder(
                System.getProperty("user.name", "somebody") + "@" + host() + ", process " + pid,
                run,
                claim -> !place.isEmpty() && hasEnded(claim, place));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "a machine without a name";
        }
    }

    /**
     * Where a process's number means that process: a machine since it was started, and on it a
     * container or none. Two that have the same name are not taken for one.
     *
     * @return empty where that is not known
     */
    static String place(Path proc) {
        try {
            return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip()
                    + " "
                    + Files.readSymbolicLink(proc.resolve("self/ns/pid"));
        } catch (IOException unknown) {
            return "";
        }
    }

    /** One whose number another process has by now is taken to run: its hold runs out. */
    private static boolean hasEnded(Claim claim, String place) {
        Matcher run = Pattern.compile(Pattern.quote(place) + " ([0-9]{1,10})").matcher(claim.run());
        return run.matches() && ProcessHandle.of(Long.parseLong(run.group(1))).isEmpty();
    }
}

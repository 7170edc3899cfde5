// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What figures depend on, as far as it can be said. */
public final class Machine {

    private Machine() {}

    /** In the order in which it is shown. */
    public static Map<String, String> describe(Cpus cpus) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("cpu", Cpus.model());
        facts.put("cpus", Integer.toString(cpus.count()));
        long kibibytes =
                Long.parseLong(
                        Proc.field(Path.of("/proc/meminfo"), "MemTotal:")
                                .replace("kB", "")
                                .strip());
        facts.put("memory", Math.round(kibibytes / 1048576.0) + " GiB");
        facts.put(
                "kernel",
                "Linux " + Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
        facts.put("pinned", cpus.sentence());
        // Others on the machine make every figure worse, and not all of them alike.
        facts.put("load average", Files.readString(Path.of("/proc/loadavg")).split(" ", 4)[0]);
        return facts;
    }
}

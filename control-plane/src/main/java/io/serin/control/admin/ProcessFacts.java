// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux says of this process. */
final class ProcessFacts {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    double cpuSeconds() {
        return system.getProcessCpuTime() / 1e9;
    }

    /** Not a number where there is no {@code /proc}. */
    double residentBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT)) {
                    // "VmRSS:     12345 kB"
                    List<String> words = List.of(line.split("\\s+", -1));
                    return Double.parseDouble(words.get(1)) * 1024;
                }
            }
            return Double.NaN;
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the program is told.
 *
 * @param folder where it keeps its socket, keys, and what its pods write
 * @param images the file that names a folder for each image
 * @param definitions a file of custom resource definitions that it has from the start, or a folder
 *     of such files
 * @param server the address that its clients use, for their kubeconfig
 * @param starter the number of the process that started it, as that one knows it
 */
record Arguments(Path folder, Path images, Path definitions, String server, String starter) {

    private static final Set<String> KNOWN =
            Set.of("--dir", "--images", "--definitions", "--server", "--starter");

    /**
     * @throws Refusal when something is missing or unknown
     */
    static Arguments parse(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!KNOWN.contains(arguments[i]) || i + 1 == arguments.length) {
                throw new Refusal(
                        arguments[i]
                                + " (expected: --dir FOLDER --images FILE --definitions PATH"
                                + " --server URL --starter PID)");
            }
            given.put(arguments[i], arguments[i + 1]);
        }
        for (String known : KNOWN) {
            if (!given.containsKey(known)) {
                throw new Refusal(known + " is missing");
            }
        }
        return new Arguments(
                Path.of(given.getOrDefault("--dir", "")).toAbsolutePath(),
                Path.of(given.getOrDefault("--images", "")).toAbsolutePath(),
                Path.of(given.getOrDefault("--definitions", "")).toAbsolutePath(),
                given.getOrDefault("--server", ""),
                given.getOrDefault("--starter", ""));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in place of an image: a folder that the container sees as {@code /opt/serin}, above
 * the host's programs.
 *
 * @param name e.g. {@code serin-proxy:0.1.0}
 * @param entrypoint what a container's {@code command} replaces
 * @param command what a container's {@code args} replace
 * @param user as in a Dockerfile: {@code 1337:1337}; empty: root
 * @param stopSignal the number of the signal that asks it to end
 */
public record Image(
        String name,
        Path folder,
        List<String> entrypoint,
        List<String> command,
        Optional<String> user,
        Map<String, String> environment,
        String workingDirectory,
        int stopSignal) {

    public Image {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}

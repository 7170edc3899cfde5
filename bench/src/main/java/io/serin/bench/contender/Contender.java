// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.contender;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * Somebody to be measured.
 *
 * @param id as in results, {@code haproxy}
 * @param title as people call it
 * @param version its own word for it
 * @param http where it takes requests
 * @param tcp where it passes bytes on
 * @param command starts it in the foreground; empty for the way without a proxy
 * @param environment what the command needs beside
 */
public record Contender(
        String id,
        String title,
        String version,
        InetSocketAddress http,
        InetSocketAddress tcp,
        List<String> command,
        Map<String, String> environment) {

    public Contender {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    public boolean isProxy() {
        return !command.isEmpty();
    }
}

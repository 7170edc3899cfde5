// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.serin.proxy.settings.AppPages;
import java.util.concurrent.CompletableFuture;

/** An {@link Agent} as a process of its own, with the health port that the process began with. */
final class LateAgent {

    private LateAgent() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port
     */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        AdminPages.Ports ports =
                new AdminPages.Ports(0, 0, port, 0, WaitingPort.open(port, System.getenv()));
        try (Agent _ = new Agent(AppPages.NONE, ports, CompletableFuture.completedFuture(null))) {
            Thread.currentThread().join();
        }
    }
}

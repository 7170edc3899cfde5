// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;

/**
 * Waits for the proxy of this pod: a container's postStart hook, so that the containers after it
 * start when they can be served. Blocks.
 */
final class ReadyWait {

    /** Istio's. */
    static final Duration AT_MOST = Duration.ofSeconds(60);

    private static final int BETWEEN_QUESTIONS_MS = 100;
    private static final int ANSWER_WITHIN_MS = 2000;

    private ReadyWait() {}

    /**
     * Asks until it is ready.
     *
     * @param port where it says so
     * @return whether it got ready in time
     */
    static boolean until(int port, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!isReady(port)) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(BETWEEN_QUESTIONS_MS);
        }
        return true;
    }

    private static boolean isReady(int port) {
        try {
            URI page =
                    URI.create(
                            "http://"
                                    + InetAddress.getLoopbackAddress().getHostAddress()
                                    + ":"
                                    + port
                                    + "/healthz/ready");
            HttpURLConnection asked =
                    (HttpURLConnection) page.toURL().openConnection(Proxy.NO_PROXY);
            asked.setConnectTimeout(ANSWER_WITHIN_MS);
            asked.setReadTimeout(ANSWER_WITHIN_MS);
            try {
                return asked.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                asked.disconnect();
            }
        } catch (IOException notThereYet) {
            return false;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.telemetry.Meter;
import org.jspecify.annotations.Nullable;

/** What is to be done with one request. */
public sealed interface Dispatch {

    /** Answered with a fault. */
    record Refuse(ProxyFault fault, Meter meter) implements Dispatch {}

    /** Answered as the configuration says. */
    record Respond(int status, String body, Meter meter) implements Dispatch {}

    /**
     * Sent on.
     *
     * @param retries how many further endpoints may be tried
     */
    record Send(Endpoints endpoints, int retries) implements Dispatch {}

    /** The endpoints for one request. */
    interface Endpoints {

        /** One that this request has not tried; null when there is none left. */
        @Nullable UpstreamHost<Upstream> next();

        /** What to answer when there was none from the start. */
        ProxyFault none();

        /** Counts the request when there was none. */
        Meter meter();
    }
}

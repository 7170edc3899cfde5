// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.telemetry.Meter;
import org.jspecify.annotations.Nullable;

/** The one place where something can go. */
public final class SingleEndpoint implements Dispatch.Endpoints {

    private final UpstreamHost<Upstream> host;
    private boolean tried;

    public SingleEndpoint(UpstreamHost<Upstream> host) {
        this.host = host;
    }

    @Override
    public @Nullable UpstreamHost<Upstream> next() {
        if (tried) {
            return null;
        }
        tried = true;
        return host;
    }

    @Override
    public ProxyFault none() {
        return ProxyFault.of(FaultCode.NO_HEALTHY_ENDPOINT);
    }

    @Override
    public Meter meter() {
        return host.meter();
    }
}

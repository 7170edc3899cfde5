// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.serin.api.codec.TypeUrl;
import io.serin.proxy.config.client.ClientReport;
import io.serin.proxy.config.client.ClientReport.Connection;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;

/** How the conversation with the control plane goes. */
final class ConfigMetrics implements MetricSource {

    private static final String CONNECTED = "envoy_control_plane_connected_state";
    private static final String UPDATES = "serin_proxy_config_updates_total";
    private static final String REJECTED = "serin_proxy_config_rejected_total";

    private static final String MOVES = "serin_proxy_home_moves_total";
    private static final String STAYS = "serin_proxy_home_moves_failed_total";

    private final Supplier<ClientReport> reports;

    ConfigMetrics(Supplier<ClientReport> reports) {
        this.reports = reports;
    }

    @Override
    public void write(Appendable to) throws IOException {
        ClientReport report = reports.get();
        MetricText text = new MetricText(to);
        text.family(CONNECTED, "gauge", "1 while there is a stream to the control plane.");
        text.sample(CONNECTED, report.connection() instanceof Connection.Connected ? 1 : 0);
        text.family(UPDATES, "counter", "Responses of the control plane that were accepted.");
        for (TypeUrl type : TypeUrl.values()) {
            text.sample(UPDATES, "type", label(type), report.of(type).accepted());
        }
        text.family(REJECTED, "counter", "Responses of the control plane that were refused.");
        for (TypeUrl type : TypeUrl.values()) {
            text.sample(REJECTED, "type", label(type), report.of(type).rejected());
        }
        text.family(MOVES, "counter", "Moves to the control plane of another revision.");
        text.sample(MOVES, report.home().moves());
        text.family(STAYS, "counter", "Attempts to move that came to nothing; nothing changed.");
        text.sample(STAYS, report.home().failures());
    }

    private static String label(TypeUrl type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import io.serin.api.contract.Ports;
import io.serin.proxy.settings.AppProbe.Header;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what the injector says of the application, in the JSON that Istio's injector writes. Errors
 * are {@link IllegalArgumentException}s whose message says which field.
 */
final class AppPagesReader {

    /** The kubelet's, for a probe that says nothing. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

    private static final Pattern PATH =
            Pattern.compile(
                    "/app-(?:health/[^/]+/(?:livez|readyz|startupz)"
                            + "|(lifecycle)/[^/]+/(?:prestopz|poststartz))");

    /** RFC 9110 section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]*");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/?:@!$&'()*+,;=._~-]");

    /** Whose page would hold itself, or its part a second time. */
    private static final Set<Integer> OWN_METRICS = Set.of(Ports.AGENT, Ports.PROMETHEUS);

    private AppPagesReader() {}

    /**
     * Reads {@code ISTIO_KUBE_APP_PROBERS}; empty text is no probes.
     *
     * @param grace how long a hook may take that doesn't say: as long as the pod
     */
    static Map<String, AppProbe> probes(String json, Duration grace) {
        Map<String, AppProbe> probes = new LinkedHashMap<>();
        if (!json.isEmpty()) {
            JsonFields all = JsonFields.of("", Json.parse(json));
            for (String path : all.names()) {
                Matcher known = PATH.matcher(path);
                if (!known.matches()) {
                    throw all.wrong(
                            path,
                            "not known",
                            "/app-health/<container>/livez, readyz or startupz, or"
                                    + " /app-lifecycle/<container>/prestopz or poststartz");
                }
                Duration otherwise = known.group(1) == null ? PROBE_TIMEOUT : grace;
                probes.put(path, probe(path, all.fields(path).orElseThrow(), otherwise));
            }
        }
        return probes;
    }

    private static AppProbe probe(String path, JsonFields fields, Duration otherwise) {
        int seconds = fields.seconds("timeoutSeconds");
        Duration timeout = seconds == 0 ? otherwise : Duration.ofSeconds(seconds);
        List<AppProbe> kinds = new ArrayList<>();
        fields.fields("httpGet").map(http -> http(http, timeout)).ifPresent(kinds::add);
        fields.fields("tcpSocket").map(tcp -> tcp(tcp, timeout)).ifPresent(kinds::add);
        fields.fields("grpc").map(grpc -> grpc(grpc, timeout)).ifPresent(kinds::add);
        fields.end("httpGet", "tcpSocket", "grpc", "timeoutSeconds");
        if (kinds.size() != 1) {
            throw new IllegalArgumentException(
                    path
                            + ": "
                            + kinds.size()
                            + " kinds (expected: one of httpGet, tcpSocket, grpc)");
        }
        return kinds.getFirst();
    }

    private static AppProbe http(JsonFields fields, Duration timeout) {
        String scheme = fields.text("scheme", "HTTP");
        if (!scheme.equals("HTTP") && !scheme.equals("HTTPS")) {
            throw fields.wrong("scheme", "'" + scheme + "'", "HTTP or HTTPS");
        }
        List<Header> headers =
                fields.array("httpHeaders").stream().map(AppPagesReader::header).toList();
        AppProbe.Http http =
                new AppProbe.Http(
                        fields.port("port"),
                        scheme.equals("HTTPS"),
                        host(fields),
                        onTheWire(fields.text("path", "/")),
                        headers,
                        timeout);
        fields.end("path", "port", "scheme", "host", "httpHeaders");
        return http;
    }

    private static Header header(JsonFields fields) {
        String name = fields.text("name", "");
        if (!TOKEN.matcher(name).matches()) {
            throw fields.wrong("name", "'" + name + "'", "a header's name");
        }
        String value = fields.text("value", "");
        if (value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
            throw fields.wrong("value", "control characters", "a header's value, one line");
        }
        fields.end("name", "value");
        return new Header(name, value);
    }

    private static AppProbe tcp(JsonFields fields, Duration timeout) {
        AppProbe.Tcp tcp = new AppProbe.Tcp(fields.port("port"), host(fields), timeout);
        fields.end("port", "host");
        return tcp;
    }

    private static AppProbe grpc(JsonFields fields, Duration timeout) {
        AppProbe.Grpc grpc =
                new AppProbe.Grpc(fields.port("port"), fields.text("service", ""), timeout);
        fields.end("port", "service");
        return grpc;
    }

    /** Reads {@code ISTIO_PROMETHEUS_ANNOTATIONS}; empty text is no page. */
    static Optional<AppMetrics> metrics(String json) {
        if (json.isEmpty()) {
            return Optional.empty();
        }
        JsonFields fields = JsonFields.of("", Json.parse(json));
        String scrape = fields.text("scrape", "true").toLowerCase(Locale.ROOT);
        if (!scrape.equals("true") && !scrape.equals("false")) {
            throw fields.wrong("scrape", "'" + scrape + "'", "true or false");
        }
        if (scrape.equals("false")) {
            return Optional.empty();
        }
        String text = fields.text("port", "80");
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65535 || OWN_METRICS.contains(port)) {
            throw fields.wrong(
                    "port",
                    "'" + text + "'",
                    "the application's port, 1 to 65535, not the proxy's own "
                            + Ports.AGENT
                            + " or "
                            + Ports.PROMETHEUS);
        }
        AppMetrics metrics = new AppMetrics(port, onTheWire(fields.text("path", "/metrics")));
        fields.end("scrape", "path", "port");
        return Optional.of(metrics);
    }

    /** A host is dialled, and written into the request. */
    private static String host(JsonFields fields) {
        String host = fields.text("host", "");
        if (!HOST.matcher(host).matches()) {
            throw fields.wrong("host", "'" + host + "'", "a name or an address, or nothing");
        }
        return host;
    }

    /**
     * As the kubelet would write it: from a slash on, without a fragment, with nothing in it that
     * RFC 3986 wants escaped.
     */
    private static String onTheWire(String path) {
        StringBuilder wire = new StringBuilder(path.startsWith("/") ? "" : "/");
        byte[] octets = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < octets.length && octets[i] != '#'; i++) {
            boolean escape = octets[i] == '%' && isHex(octets, i + 1) && isHex(octets, i + 2);
            if (escape || PLAIN.matcher(String.valueOf((char) (octets[i] & 0xff))).matches()) {
                wire.append((char) octets[i]);
            } else {
                wire.append("%%%02X".formatted(octets[i] & 0xff));
            }
        }
        return wire.toString();
    }

    private static boolean isHex(byte[] octets, int at) {
        return at < octets.length && Character.digit(octets[at], 16) >= 0;
    }
}

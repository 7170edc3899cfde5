// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import io.serin.api.backend.Workload;
import io.serin.api.contract.Labels;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.name.SpiffeId;
import io.serin.api.snapshot.Protocol;
import io.serin.api.snapshot.ProxyNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the proxy is told at its start.
 *
 * @param node who it is
 * @param discovery where its control plane is, by name or address
 * @param auth how the two know each other
 * @param nodeAddress the address of the machine, from where the kubelet calls
 * @param workers event loops for requests, 1 or more
 * @param grace how long requests in flight may take to end after a SIGTERM
 * @param application what the agent asks of the application for others
 * @param nameServers who is asked for names that are not the mesh's, in this order; none where the
 *     agent answers no questions for names
 */
public record ProxySettings(
        ProxyNode node,
        HostPort discovery,
        ControlPlaneAuth auth,
        Optional<String> nodeAddress,
        int workers,
        Duration grace,
        AppPages application,
        List<InetSocketAddress> nameServers) {

    private static final int DNS = 53;

    public ProxySettings {
        nameServers = List.copyOf(nameServers);
    }

    /** Those of a proxy whose agent answers no questions for names. */
    public ProxySettings(
            ProxyNode node,
            HostPort discovery,
            ControlPlaneAuth auth,
            Optional<String> nodeAddress,
            int workers,
            Duration grace,
            AppPages application) {
        this(node, discovery, auth, nodeAddress, workers, grace, application, List.of());
    }

    /**
     * Reads the settings.
     *
     * @param environment as in {@link System#getenv()}
     * @param files what the pod has besides
     * @param version the proxy's own version
     * @throws SettingsFault when one is missing or can't be read; the first that is found
     */
    public static ProxySettings read(
            Map<String, String> environment, PodFiles files, String version) throws SettingsFault {
        try {
            return new Reader(environment, files, PodLabels.read(files.labels()), version)
                    .settings();
        } catch (IOException e) {
            throw new SettingsFault(
                    "labels of the pod: " + files.labels() + " can't be read: " + e.getMessage());
        }
    }

    private record Reader(
            Map<String, String> environment,
            PodFiles files,
            Map<String, String> labels,
            String version) {

        ProxySettings settings() throws SettingsFault {
            String host = text(Variable.HOST_IP);
            int grace = number(Variable.TERMINATION_GRACE_PERIOD_SECONDS, 0, Integer.MAX_VALUE);
            AppPages application =
                    new AppPages(
                            json(
                                    Variable.ISTIO_KUBE_APP_PROBERS,
                                    text -> AppPagesReader.probes(text, Duration.ofSeconds(grace))),
                            json(Variable.ISTIO_PROMETHEUS_ANNOTATIONS, AppPagesReader::metrics));
            ProxyNode node = node();
            HostPort discovery = read(Variable.PROXY_CONFIG, Reader::discovery);
            SpiffeId identity = identity();
            ControlPlaneAuth auth = json(Variable.PROXY_CONFIG, text -> auth(text, identity));
            return new ProxySettings(
                    node.withMtls(auth instanceof ControlPlaneAuth.MutualTls),
                    discovery,
                    auth,
                    host.isEmpty() ? Optional.empty() : Optional.of(host),
                    number(Variable.ISTIO_CPU_LIMIT, 1, 1024),
                    Duration.ofSeconds(Math.max(0, grace - 1)),
                    application,
                    node.dnsCapture() ? nameServers() : List.of());
        }

        private static List<InetSocketAddress> nameServers() throws SettingsFault {
            try {
                return Resolvers.read(Resolvers.FILE).stream()
                        .map(server -> new InetSocketAddress(server, DNS))
                        .toList();
            } catch (IOException e) {
                throw new SettingsFault(
                        Variable.ISTIO_META_DNS_CAPTURE
                                + ": "
                                + Resolvers.FILE
                                + " can't be read: "
                                + e.getMessage());
            }
        }

        private ProxyNode node() throws SettingsFault {
            String namespace = text(Variable.POD_NAMESPACE);
            String address =
                    read(
                            Variable.INSTANCE_IP,
                            ip -> {
                                // As it stands: the control plane compares texts.
                                var _ = InetAddress.ofLiteral(ip);
                                return ip;
                            });
            String owner = text(Variable.ISTIO_META_WORKLOAD_NAME);
            String name = owner.isEmpty() ? Workload.UNKNOWN : owner;
            Workload workload =
                    new Workload(
                            namespace,
                            name,
                            label(
                                    name,
                                    Labels.CANONICAL_NAME,
                                    "app.kubernetes.io/name",
                                    Labels.APP),
                            label(
                                    "latest",
                                    Labels.CANONICAL_REVISION,
                                    "app.kubernetes.io/version",
                                    "version"));
            String pod = text(Variable.POD_NAME);
            ProxyId id = read(Variable.POD_NAMESPACE, in -> new ProxyId(address, pod, in));
            return new ProxyNode(
                    id,
                    read(Variable.REVISION, Revision::new),
                    version,
                    Protocol.OWN.latest(),
                    workload,
                    labels,
                    read(Variable.ISTIO_META_DNS_CAPTURE, Reader::bool),
                    false);
        }

        /** The first of these labels that the pod has. */
        private String label(String otherwise, String... keys) {
            for (String key : keys) {
                String value = labels.getOrDefault(key, "");
                if (!value.isEmpty()) {
                    return value;
                }
            }
            return otherwise;
        }

        private static boolean bool(String text) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(text);
            };
        }

        private static HostPort discovery(String json) {
            if (Json.parse(json) instanceof Json.Value.Fields(Map<String, Json.Value> fields)
                    && fields.get("discoveryAddress") instanceof Json.Value.Text(String address)) {
                int colon = address.lastIndexOf(':');
                if (colon > 0) {
                    String host = address.substring(0, colon);
                    boolean bracketed = host.startsWith("[") && host.endsWith("]");
                    return new HostPort(
                            bracketed ? host.substring(1, host.length() - 1) : host,
                            Integer.parseInt(address.substring(colon + 1)));
                }
            }
            throw new IllegalArgumentException("no discoveryAddress");
        }

        private SpiffeId identity() throws SettingsFault {
            String domain = text(Variable.TRUST_DOMAIN);
            String namespace = text(Variable.POD_NAMESPACE);
            return read(
                    Variable.SERVICE_ACCOUNT, account -> new SpiffeId(domain, namespace, account));
        }

        private ControlPlaneAuth auth(String json, SpiffeId identity) {
            String field = "controlPlaneAuthPolicy";
            JsonFields config = JsonFields.of("", Json.parse(json));
            String policy = config.text(field, "MUTUAL_TLS");
            return switch (policy) {
                case "MUTUAL_TLS" ->
                        new ControlPlaneAuth.MutualTls(
                                files.rootCertificates(), files.token(), identity);
                case "NONE" -> new ControlPlaneAuth.None();
                default -> throw config.wrong(field, "'" + policy + "'", "MUTUAL_TLS or NONE");
            };
        }

        private String text(Variable variable) throws SettingsFault {
            String value = environment.getOrDefault(variable.name(), "");
            if (!value.isEmpty()) {
                return value;
            }
            return variable.otherwise()
                    .orElseThrow(() -> SettingsFault.of(variable, "", expected(variable)));
        }

        private int number(Variable variable, int least, int most) throws SettingsFault {
            return read(
                    variable,
                    text -> {
                        int number = Integer.parseInt(text);
                        if (number < least || number > most) {
                            throw new IllegalArgumentException(text);
                        }
                        return number;
                    });
        }

        private <T> T read(Variable variable, Function<String, T> reader) throws SettingsFault {
            String text = text(variable);
            try {
                return reader.apply(text);
            } catch (IllegalArgumentException e) {
                throw SettingsFault.of(variable, text, expected(variable));
            }
        }

        /** As {@link #read}, of a text that is long: says what is wrong in it, not all of it. */
        private <T> T json(Variable variable, Function<String, T> reader) throws SettingsFault {
            try {
                return reader.apply(text(variable));
            } catch (IllegalArgumentException e) {
                throw new SettingsFault(variable + ": " + e.getMessage());
            }
        }

        private static String expected(Variable variable) {
            return switch (variable) {
                case POD_NAME -> "the pod's name";
                case POD_NAMESPACE -> "the pod's namespace";
                case INSTANCE_IP -> "the pod's address";
                case HOST_IP -> "the node's address";
                case SERVICE_ACCOUNT -> "the pod's service account";
                case TRUST_DOMAIN -> "a name in lower case, like cluster.local";
                case REVISION -> "a DNS label, the control plane's revision";
                case PROXY_CONFIG ->
                        "JSON with discoveryAddress, like"
                                + " {\"discoveryAddress\":\"istiod-1-0.istio-system.svc:15012\"}";
                case ISTIO_META_WORKLOAD_NAME -> "a name";
                case ISTIO_CPU_LIMIT -> "a whole number of CPUs, 1 or more";
                case TERMINATION_GRACE_PERIOD_SECONDS -> "whole seconds, zero or more";
                case ISTIO_META_DNS_CAPTURE -> "true or false";
                case ISTIO_KUBE_APP_PROBERS, ISTIO_PROMETHEUS_ANNOTATIONS -> "JSON";
            };
        }
    }
}

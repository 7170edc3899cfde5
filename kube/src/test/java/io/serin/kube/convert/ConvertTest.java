// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.serin.kube.type.InboundCapture;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConvertTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @Test
    void aNamespaceSaysWhereItsProxiesAreToBeOrNothing() {
        assertThat(
                        Convert.namespace(
                                YAML.unmarshal(
                                        """
                                        metadata:
                                          name: shop
                                          annotations: {serin.io/live-revision: 1-1}
                                        """,
                                        Namespace.class)))
                .isEqualTo(new KubeNamespace("shop", "", "", Map.of(), "1-1"));
        assertThat(Convert.namespace(YAML.unmarshal("metadata: {name: shop}", Namespace.class)))
                .isEqualTo(new KubeNamespace("shop", "", "", Map.of(), ""));
    }

    @Test
    void aHeadlessServiceHasNoAddressAndOnlyTcpPortsCount() {
        KubeService service =
                Convert.service(
                        YAML.unmarshal(
                                """
                                metadata: {name: reviews, namespace: shop}
                                spec:
                                  clusterIP: None
                                  ports:
                                    - {port: 9080}
                                    - {name: dns, port: 53, protocol: UDP}
                                """,
                                Service.class));

        assertThat(service.clusterIp()).isEmpty();
        assertThat(service.clusterIps()).isEmpty();
        assertThat(service.ports()).extracting(KubeService.Port::number).containsExactly(9080);
        assertThat(service.ports().getFirst().name()).isEmpty();
    }

    @Test
    void aServiceOfTwoFamiliesHasTwoAddresses() {
        KubeService service =
                Convert.service(
                        YAML.unmarshal(
                                """
                                metadata: {name: reviews, namespace: shop}
                                spec:
                                  clusterIP: 10.96.0.9
                                  clusterIPs: [10.96.0.9, "fd00:96::9"]
                                  ports: [{port: 9080}]
                                """,
                                Service.class));

        assertThat(service.clusterIp()).contains("10.96.0.9");
        assertThat(service.clusterIps()).containsExactly("10.96.0.9", "fd00:96::9");
    }

    /** discovery.k8s.io/v1: absent conditions mean ready; absent serving is what ready says. */
    @Test
    void anEndpointsConditionsHaveDefaults() {
        KubeSlice slice =
                Convert.slice(
                        YAML.unmarshal(
                                """
                                metadata: {name: s, namespace: shop}
                                addressType: IPv4
                                ports: [{port: 80}, {name: none}]
                                endpoints:
                                  - {addresses: [10.0.0.1], hostname: web-0}
                                  - {addresses: [10.0.0.2], conditions: {ready: false}}
                                  - addresses: [10.0.0.3]
                                    conditions: {ready: false, serving: true, terminating: true}
                                  - {addresses: []}
                                """,
                                EndpointSlice.class));

        assertThat(slice.service()).isEmpty();
        assertThat(slice.ports()).extracting(KubeSlice.Port::number).containsExactly(80);
        assertThat(slice.endpoints())
                .isEqualTo(
                        List.of(
                                new KubeSlice.Endpoint("10.0.0.1", true, true, false, "web-0"),
                                new KubeSlice.Endpoint("10.0.0.2", false, false, false, ""),
                                new KubeSlice.Endpoint("10.0.0.3", false, true, true, "")));
        assertThat(slice.family()).isEqualTo(KubeSlice.Family.IPV4);
    }

    @Test
    void aSliceSaysOfWhichFamilyItsAddressesAreAndDomainNamesAreNone() {
        KubeSlice six = slice("IPv6", "fd00::1");
        assertThat(six.family()).isEqualTo(KubeSlice.Family.IPV6);
        assertThat(six.endpoints())
                .containsExactly(new KubeSlice.Endpoint("fd00::1", true, true, false, ""));
        assertThat(slice("FQDN", "db.example.com").endpoints()).isEmpty();
    }

    private static KubeSlice slice(String addressType, String address) {
        return Convert.slice(
                YAML.unmarshal(
                        """
                        metadata: {name: s, namespace: shop}
                        addressType: %s
                        endpoints: [{addresses: ["%s"]}]
                        """
                                .formatted(addressType, address),
                        EndpointSlice.class));
    }

    @Test
    void aPodWithoutStatusLabelsOrOwnerIsAPodAllTheSame() {
        KubePod pod =
                Convert.pod(
                        YAML.unmarshal(
                                """
                                metadata: {name: web, namespace: shop}
                                spec: {containers: []}
                                """,
                                Pod.class));

        assertThat(pod.ip()).isEmpty();
        assertThat(pod.finished()).isFalse();
        assertThat(pod.workload()).isEqualTo("web");
        assertThat(pod.labels()).isEmpty();
        assertThat(pod.revision()).isEmpty();
        assertThat(pod.inject()).isEmpty();
        assertThat(pod.account()).isEmpty();
        assertThat(pod.capture()).isEqualTo(InboundCapture.ALL);
    }

    @Test
    void aPodsAnnotationsSayWhichPortsItsSidecarStandsBefore() {
        KubePod pod =
                Convert.pod(
                        YAML.unmarshal(
                                """
                                metadata:
                                  name: web
                                  namespace: shop
                                  annotations:
                                    sidecar.istio.io/inject: "false"
                                    traffic.sidecar.istio.io/excludeInboundPorts: "9090, 22,x"
                                spec: {serviceAccountName: web.reader}
                                """,
                                Pod.class));

        assertThat(pod.inject()).isEqualTo("false");
        assertThat(pod.account()).isEqualTo("web.reader");
        assertThat(pod.capture().takes(9090)).isFalse();
        assertThat(pod.capture().takes(22)).isFalse();
        assertThat(pod.capture().takes(8080)).isTrue();
        assertThat(InboundCapture.of("80,443", "80").takes(80)).isTrue();
        assertThat(InboundCapture.of("80,443", "80").takes(8080)).isFalse();
        assertThat(InboundCapture.of("", "").takes(80)).isFalse();
    }

    @Test
    void aReplicaSetsPodBelongsToItsDeployment() {
        KubePod pod =
                Convert.pod(
                        YAML.unmarshal(
                                """
                                metadata:
                                  name: web-5d8f-abc
                                  namespace: shop
                                  labels: {pod-template-hash: 5d8f}
                                  ownerReferences:
                                    - {apiVersion: apps/v1, kind: ReplicaSet, name: web-5d8f, uid: u}
                                spec: {}
                                """,
                                Pod.class));

        assertThat(pod.workload()).isEqualTo("web");
    }
}

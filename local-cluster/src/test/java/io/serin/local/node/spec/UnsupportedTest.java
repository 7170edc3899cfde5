// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class UnsupportedTest {

    private static JsonNode pod(String spec) {
        return new JsonMapper()
                .createObjectNode()
                .set("spec", new JsonMapper().valueToTree(new Yaml().load(spec)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hostNetwork: true | spec.hostNetwork: true",
                "shareProcessNamespace: true | spec.shareProcessNamespace: true",
                "activeDeadlineSeconds: 5 | spec.activeDeadlineSeconds",
                "priorityClassName: high | spec.priorityClassName",
                "schedulingGates: [{name: g}] | spec.schedulingGates",
                "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: k}]}} | spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution",
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}} | spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
                "dnsPolicy: ClusterFirstWithHostNet | spec.dnsPolicy: ClusterFirstWithHostNet",
                "securityContext: {sysctls: [{name: a, value: b}]} | spec.securityContext.sysctls",
                "volumes: [{name: v, hostPath: {path: /}}] | spec.volumes[v].hostPath",
                "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}] | spec.volumes[v].persistentVolumeClaim",
                "volumes: [{name: v, projected: {sources: [{clusterTrustBundle: {}}]}}] | spec.volumes[v].projected.sources.clusterTrustBundle",
                "containers: [{name: c, tty: true}] | spec.containers[c].tty: true",
                "containers: [{name: c, ports: [{containerPort: 1, hostPort: 2}]}] | spec.containers[c].ports.hostPort: 2",
                "containers: [{name: c, livenessProbe: {grpc: {port: 1}}}] | spec.containers[c].livenessProbe.grpc (expected: httpGet, tcpSocket or exec)",
                "initContainers: [{name: i, securityContext: {privileged: true}}] | spec.initContainers[i].securityContext.privileged: true",
                "containers: [{name: c, securityContext: {seccompProfile: {type: Localhost}}}] | spec.containers[c].securityContext.seccompProfile.type: Localhost",
            })
    void namesIt(String spec, String named) {
        assertThat(Unsupported.in(pod(spec))).containsExactly(named);
    }

    @Test
    void takesWhatChangesNothingOnOneNode() {
        assertThat(
                        Unsupported.in(
                                pod(
                                        """
                                        affinity:
                                          podAntiAffinity:
                                            preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1}]
                                        topologySpreadConstraints: [{maxSkew: 1, topologyKey: k}]
                                        """)))
                .isEmpty();
    }

    @Test
    void takesWhatTheInjectorAdds() {
        assertThat(
                        Unsupported.in(
                                pod(
                                        """
                                        dnsPolicy: ClusterFirst
                                        hostNetwork: false
                                        securityContext: {fsGroup: 1337}
                                        schedulerName: default-scheduler
                                        volumes:
                                          - {name: a, emptyDir: {medium: Memory}}
                                          - {name: b, downwardAPI: {items: []}}
                                          - {name: c, projected: {defaultMode: 420, sources: [{serviceAccountToken: {path: t}}]}}
                                        initContainers:
                                          - name: istio-proxy
                                            restartPolicy: Always
                                            securityContext: {privileged: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}
                                            startupProbe: {httpGet: {path: /, port: 1}}
                                            lifecycle: {preStop: {httpGet: {path: /drain, port: 15020}}}
                                        containers: [{name: c, tty: false, ports: [{containerPort: 80}]}]
                                        """)))
                .isEmpty();
    }
}

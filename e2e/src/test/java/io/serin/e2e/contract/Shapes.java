// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

/** Manifests of the contract's tests: small pods of a shell, which start fast. */
final class Shapes {

    private static final String IMAGE = "serin-workload:0.1.0";

    private Shapes() {}

    static String configMap(String name, String data) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"}, "data": {%s}}
        """
                .formatted(name, data);
    }

    /** A pod of one container that runs a shell script, which ends at once when told to. */
    static String pod(String name, String labels, String script) {
        return """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "labels": {%s}},
         "spec": {"terminationGracePeriodSeconds": 3, "containers": [%s]}}
        """
                .formatted(name, labels, container("main", script, ""));
    }

    static String container(String name, String script, String more) {
        return """
        {"name": "%s", "image": "%s", "command": ["bash", "-c", "%s"],
         "resources": {"requests": {"cpu": "5m", "memory": "8Mi"}}%s}
        """
                .formatted(name, IMAGE, script.replace("\"", "\\\""), more);
    }

    /** Sleeps until SIGTERM. */
    static final String SLEEP = "trap 'exit 0' TERM; sleep 1000 & wait";

    /** Ready once somebody has made /tmp/ready, or from the start. */
    static String deployment(
            String name, int replicas, String strategy, String version, boolean ready) {
        String script = (ready ? "touch /tmp/ready; " : "") + SLEEP;
        String probe =
                """
                , "readinessProbe": {"exec": {"command": ["test", "-f", "/tmp/ready"]}, "periodSeconds": 1},
                  "env": [{"name": "VERSION", "value": "%s"}]
                """
                        .formatted(version);
        return """
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "%1$s"},
         "spec": {"replicas": %2$d, "strategy": %3$s,
          "selector": {"matchLabels": {"app": "%1$s"}},
          "template": {"metadata": {"labels": {"app": "%1$s"}},
           "spec": {"terminationGracePeriodSeconds": 1, "containers": [%4$s]}}}}
        """
                .formatted(name, replicas, strategy, container("main", script, probe));
    }

    static String service(String name, String spec) {
        return """
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "%s"}, "spec": {%s}}
        """
                .formatted(name, spec);
    }
}

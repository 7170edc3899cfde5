// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import java.util.Map;
import java.util.stream.Collectors;

/** The manifests of those who play: ordinary programs that know nothing of the mesh. */
public final class Cast {

    private static final String IMAGE = "serin-workload:0.1.0";

    private Cast() {}

    /**
     * A Deployment of our server, named {@code <service>-<version>}, with the labels app and
     * version.
     */
    public static String server(
            String service, String version, int replicas, int port, String upstream) {
        return """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: %1$s-%2$s
        spec:
          replicas: %3$d
          selector:
            matchLabels: {app: %1$s, version: %2$s}
          strategy:
            rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
          template:
            metadata:
              labels: {app: %1$s, version: %2$s}
              annotations:
                sidecar.istio.io/proxyCPU: 50m
            spec:
              terminationGracePeriodSeconds: 15
              containers:
                - name: server
                  image: %4$s
                  env:
                    - {name: SERVICE, value: %1$s}
                    - {name: VERSION, value: %2$s}
                    - {name: PORT, value: "%5$d"}
                    - {name: UPSTREAM, value: "%6$s"}
                  ports:
                    - containerPort: %5$d
                  readinessProbe:
                    httpGet: {path: /healthz, port: %5$d}
                    periodSeconds: 1
                    timeoutSeconds: 3
                  resources:
                    requests: {cpu: 50m, memory: 48Mi}
        """
                .formatted(service, version, replicas, IMAGE, port, upstream);
    }

    /**
     * A Deployment of nginx, named and labelled {@code app}; a tenth of its pods are replaced at a
     * time.
     */
    public static String nginx(String app, int replicas) {
        return """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: %1$s
        spec:
          replicas: %2$d
          selector:
            matchLabels: {app: %1$s}
          strategy:
            rollingUpdate: {maxUnavailable: 0, maxSurge: 10%%}
          template:
            metadata:
              labels: {app: %1$s}
              annotations:
                sidecar.istio.io/proxyCPU: 20m
            spec:
              terminationGracePeriodSeconds: 15
              containers:
                - name: server
                  image: serin-nginx:0.1.0
                  ports:
                    - containerPort: 9080
                  readinessProbe:
                    httpGet: {path: /healthz, port: 9080}
                    periodSeconds: 1
                  resources:
                    requests: {cpu: 5m, memory: 16Mi}
        """
                .formatted(app, replicas);
    }

    /** A Service for all versions of an app. */
    public static String service(String name, int port) {
        return service(name, port, "{app: " + name + "}");
    }

    /** A Service for the pods that a selector names. */
    public static String service(String name, int port, String selector) {
        return """
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: %s
        spec:
          selector: %s
          ports:
            - {name: http, port: %d}
        """
                .formatted(name, selector, port);
    }

    /** web → reviews v1 and v2, two of each, each version with a Service of its own besides. */
    public static String shop() {
        return shop(2);
    }

    /** The same, with so many of each. */
    public static String shop(int replicas) {
        return server("web", "v1", replicas, 8080, "http://reviews:9080/reviews")
                + service("web", 8080)
                + reviews(replicas);
    }

    /** The shop without web, for those who ask reviews themselves. */
    public static String reviews(int replicas) {
        return server("reviews", "v1", replicas, 9080, "")
                + server("reviews", "v2", replicas, 9080, "")
                + service("reviews", 9080)
                + service("reviews-v1", 9080, "{app: reviews, version: v1}")
                + service("reviews-v2", 9080, "{app: reviews, version: v2}");
    }

    /** The HTTPRoute of Service reviews: how much each of these Services gets. */
    public static String route(Map<String, Integer> weights) {
        String backends =
                weights.entrySet().stream()
                        .map(entry ->
                                "        - {name: %s, port: 9080, weight: %d}%n"
                                        .formatted(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining());
        return """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: reviews
        spec:
          parentRefs:
            - {group: "", kind: Service, name: reviews, port: 9080}
          rules:
            - backendRefs:
        %s\
        """
                .formatted(backends);
    }

    /** A pod that sends {@code rate} requests per second to an address. */
    static String client(String url, int rate) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: client
          labels: {app: client, version: v1}
          annotations:
            sidecar.istio.io/proxyCPU: 50m
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 30
          containers:
            - name: client
              image: %s
              command: [/opt/serin/bin/load-client]
              args: [--url, "%s", --rate, "%d"]
              resources:
                requests: {cpu: 50m, memory: 64Mi}
        """
                .formatted(IMAGE, url, rate);
    }

    /** A pod to look around from. */
    public static String visitor(String name, String labels) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: %s
          annotations:
            sidecar.istio.io/proxyCPU: 20m
        spec:
          terminationGracePeriodSeconds: 2
          containers:
            - name: visitor
              image: %s
              resources:
                requests: {cpu: 10m, memory: 48Mi}
        """
                .formatted(name, labels, IMAGE);
    }
}

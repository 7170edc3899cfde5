// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import static io.serin.cli.RecordedCluster.list;

import io.serin.cli.RecordedCluster;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A cluster with control planes of 1-0 and 1-1, and a namespace, {@code shop}, as told. */
public final class TwoRevisions {

    public static final String NAMESPACE = "/api/v1/namespaces/shop";
    private static final String SYSTEM = "/api/v1/namespaces/istio-system";
    private static final String WEBHOOKS =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

    public final RecordedCluster cluster = new RecordedCluster();

    public TwoRevisions() throws IOException {
        cluster.on(
                        "GET /api/v1",
                        200,
                        """
                        {"kind":"APIResourceList","groupVersion":"v1","resources":[
                          {"name":"namespaces","singularName":"","namespaced":false,
                           "kind":"Namespace","verbs":["get"]},
                          {"name":"configmaps","singularName":"","namespaced":true,
                           "kind":"ConfigMap","verbs":["get"]}]}
                        """)
                .on(
                        "GET " + SYSTEM + "/pods",
                        200,
                        list(
                                pod("istio-system", "istiod-1-0-x"),
                                pod("istio-system", "istiod-1-1-x")))
                .on("GET /apis/apps/v1/namespaces/istio-system/deployments", 200, list())
                .on("GET " + WEBHOOKS, 200, list(webhook("1-0", ""), webhook("1-1", "")))
                .on("PATCH " + NAMESPACE, 200, "{}");
        trustDomain("1-0", "cluster.local");
        trustDomain("1-1", "cluster.local");
        namespace("{\"istio.io/rev\":\"1-0\"}", "{}");
        pods("web-1", "web-2");
        proxies("1-0", proxy("web-1", "1-0"), proxy("web-2", "1-0"));
        proxies("1-1");
    }

    public void namespace(String labels, String annotations) {
        namespace(labels, annotations, "");
    }

    /** It was moved before, and is being deleted. */
    public void movedAndEnding() {
        namespace(
                "{\"istio.io/rev\":\"1-0\"}",
                "{\"serin.io/live-before\":\"{}\"}",
                ",\"deletionTimestamp\":\"2026-01-02T03:04:05Z\"");
    }

    private void namespace(String labels, String annotations, String more) {
        String shop =
                """
                {"apiVersion":"v1","kind":"Namespace",
                 "metadata":{"name":"shop","labels":%s,"annotations":%s%s}}
                """
                        .formatted(labels, annotations, more);
        cluster.on("GET " + NAMESPACE, 200, shop).on("GET /api/v1/namespaces", 200, list(shop));
    }

    /** There is a tag, and no other. */
    public void tag(String tag, String revision) {
        cluster.on(
                "GET " + WEBHOOKS,
                200,
                list(webhook("1-0", ""), webhook("1-1", ""), webhook(revision, tag)));
    }

    public void trustDomain(String revision, String domain) {
        cluster.on(
                "GET " + SYSTEM + "/configmaps/istio-" + revision,
                200,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"istio-%s"},
                 "data":{"mesh":"trustDomain: %s\\n"}}
                """
                        .formatted(revision, domain));
    }

    public void pods(String... names) {
        cluster.on(
                "GET /api/v1/pods",
                200,
                list(Arrays.stream(names).map(name -> pod("shop", name)).toArray(String[]::new)));
    }

    /** Who is at a revision's control plane from now on. */
    public void proxies(String revision, String... proxies) {
        plane(revision, 1, 1, proxies);
    }

    /** The same, of a control plane that speaks these generations of the protocol. */
    public void plane(String revision, int least, int latest, String... proxies) {
        page(
                revision,
                ",\"protocol\":{\"least\":%d,\"latest\":%d}".formatted(least, latest),
                proxies);
    }

    /** The same, of a control plane that knows nothing of homes. */
    public void oldPlane(String revision, String... proxies) {
        page(revision, "", proxies);
    }

    private void page(String revision, String protocol, String... proxies) {
        cluster.on(
                "GET " + SYSTEM + "/pods/istiod-" + revision + "-x:8080/proxy/debug/syncz",
                200,
                "{\"revision\":\"%s\",\"version\":\"0.1.0\"%s,\"proxies\":[%s]}"
                        .formatted(revision, protocol, String.join(",", proxies)));
    }

    /** What a revision would send to anybody. */
    public void configuration(String revision, String json) {
        cluster.on(
                "GET " + SYSTEM + "/pods/istiod-" + revision + "-x:8080/proxy/debug/configz",
                200,
                json);
    }

    public static String proxy(String pod, String injected) {
        return proxy(pod, injected, 1, "");
    }

    public static String proxy(String pod, String injected, int protocol, String failure) {
        return """
        {"pod":"%s","namespace":"shop","revision":"%s","version":"0.1.0","protocol":%d,
         "home":{"lastFailure":%s}}
        """
                .formatted(
                        pod,
                        injected,
                        protocol,
                        failure.isEmpty() ? "null" : "{\"message\":\"" + failure + "\"}");
    }

    /** What was written on the namespace, in order. */
    public List<String> patches() {
        List<String> requests = cluster.requests();
        List<String> bodies = cluster.bodies();
        return IntStream.range(0, requests.size())
                .filter(i -> requests.get(i).startsWith("PATCH " + NAMESPACE))
                .mapToObj(bodies::get)
                .toList();
    }

    private static String webhook(String revision, String tag) {
        return """
        {"metadata":{"name":"%s","labels":{"app":"sidecar-injector","istio.io/rev":"%s"%s}}}
        """
                .formatted(
                        "istio-" + revision + tag,
                        revision,
                        tag.isEmpty() ? "" : ",\"istio.io/tag\":\"" + tag + "\"");
    }

    private static String pod(String namespace, String name) {
        return """
        {"metadata":{"name":"%s","namespace":"%s"},"spec":{},"status":{"phase":"Running"}}
        """
                .formatted(name, namespace);
    }
}

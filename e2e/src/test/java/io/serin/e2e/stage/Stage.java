// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import io.serin.e2e.cluster.Cluster;
import io.serin.e2e.cluster.Program.Ended;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What all stories of a run share: a cluster with the Gateway API's definitions and revision {@link
 * #FIRST}, and the two programs that a person uses. Stories come one after another.
 */
public final class Stage implements AutoCloseable {

    /** The revision that is always there. */
    public static final String FIRST = "1-0";

    /** A revision for stories of moving from one to another; {@link #install} it. */
    public static final String SECOND = "1-1";

    private static final String GATEWAY_API_RELEASE =
            "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.1/standard-install.yaml";

    private final Kubectl kubectl;
    private final Serin serin;
    private final Optional<Helm> helm;
    private final Set<String> installed = new LinkedHashSet<>();

    private Stage(Cluster cluster) {
        this.kubectl = new Kubectl(cluster.kubeconfig());
        this.serin = new Serin(cluster.kubeconfig());
        this.helm = Helm.find(cluster.kubeconfig());
    }

    static Stage open(Cluster cluster) {
        Stage stage = new Stage(cluster);
        try {
            if (!cluster.definesRoutes()) {
                step("definitions of the Gateway API", stage::defineRoutes);
            }
            step("revision " + FIRST, () -> stage.install(FIRST));
            return stage;
        } catch (RuntimeException | Error e) {
            stage.close();
            throw e;
        }
    }

    /** The cluster of this run, with the images in it. */
    static Cluster openCluster() {
        Cluster cluster = step("cluster", () -> Cluster.chosen().orElseThrow());
        try {
            step("images", cluster::provideImages);
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    public Kubectl kubectl() {
        return kubectl;
    }

    public Serin serin() {
        return serin;
    }

    /** Empty where it has not been built. */
    public Optional<Helm> helm() {
        return helm;
    }

    /** Installs a revision, where this has not been done yet, and waits until it is ready. */
    public void install(String revision) {
        if (!installed.contains(revision)) {
            serin.run("install --revision " + revision);
            installed.add(revision);
        }
    }

    /** Takes a revision away, where nobody is on it, however that ends. */
    public Ended uninstall(String revision) {
        Ended ended = serin.attempt("uninstall --revision " + revision + " -y");
        if (ended.exit() == 0) {
            installed.remove(revision);
        }
        return ended;
    }

    /** Until its control plane has seen that it is asked, and said so: it changes nothing later. */
    public void awaitValidation(String revision) {
        Waiting.until(
                "validation by revision " + revision + " is proven",
                () ->
                        kubectl.json(
                                        "get validatingwebhookconfiguration istio-validator-"
                                                + revision
                                                + "-istio-system")
                                .at("/webhooks/0/failurePolicy")
                                .asText()
                                .equals("Fail"));
    }

    /** Namespaces for one story, bound to a revision. */
    public Scene scene(String name, String revision) {
        return Scene.open(this, name, revision);
    }

    private void defineRoutes() {
        String held = System.getenv("GATEWAY_API_CRDS");
        String definitions = held == null || held.isEmpty() ? GATEWAY_API_RELEASE : held;
        kubectl.run("apply --server-side -f " + definitions);
    }

    /** What takes a while says so. */
    private static void step(String what, Runnable work) {
        step(
                what,
                () -> {
                    work.run();
                    return true;
                });
    }

    private static <T> T step(String what, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        System.out.printf("stage: %s, %.1f s%n", what, (System.nanoTime() - start) / 1e9);
        return result;
    }

    @Override
    public void close() {
        installed.forEach(
                revision -> serin.attempt("uninstall --revision " + revision + " --force -y"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import io.serin.e2e.cluster.Cluster;
import java.util.LinkedHashSet;
import java.util.Set;

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

    private final Cluster cluster;
    private final Kubectl kubectl;
    private final Serin serin;
    private final Set<String> installed = new LinkedHashSet<>();

    private Stage(Cluster cluster) {
        this.cluster = cluster;
        this.kubectl = new Kubectl(cluster.kubeconfig());
        this.serin = new Serin(cluster.kubeconfig());
    }

    static Stage open() {
        Cluster cluster = Cluster.chosen().orElseThrow();
        Stage stage = new Stage(cluster);
        try {
            cluster.provideImages();
            String definitions = System.getenv("GATEWAY_API_CRDS");
            stage.kubectl.run(
                    "apply --server-side -f "
                            + (definitions == null || definitions.isEmpty()
                                    ? GATEWAY_API_RELEASE
                                    : definitions));
            stage.install(FIRST);
            return stage;
        } catch (RuntimeException | Error e) {
            stage.close();
            throw e;
        }
    }

    public Kubectl kubectl() {
        return kubectl;
    }

    public Serin serin() {
        return serin;
    }

    /** Installs a revision, where it is not there yet, and waits until it is ready. */
    public void install(String revision) {
        serin.run("install --revision " + revision);
        installed.add(revision);
    }

    /** Namespaces for one story, bound to a revision. */
    public Scene scene(String name, String revision) {
        return Scene.open(this, name, revision);
    }

    @Override
    public void close() {
        try (cluster) {
            installed.forEach(
                    revision -> serin.attempt("uninstall --revision " + revision + " --force -y"));
        }
    }
}

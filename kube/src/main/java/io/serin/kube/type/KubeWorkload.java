// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What makes pods from a template, and replaces them when that changes.
 *
 * @param complete whether all pods that are wanted are there, ready, and of the latest template
 * @param waitingFor in words; empty when complete
 * @param atOnce how many ready pods it may take away at once while it replaces them
 * @param held why a new template replaces no pods; empty when it does
 * @param template of new pods
 * @param pods those that are there, the going ones included
 */
public record KubeWorkload(
        Kind kind,
        ObjectName name,
        int wanted,
        int ready,
        boolean complete,
        String waitingFor,
        int atOnce,
        Optional<String> held,
        Template template,
        List<Pod> pods,
        List<Budget> budgets)
        implements KubeObject {

    /** In the order in which people name them. */
    public enum Kind {
        DEPLOYMENT("Deployment"),
        STATEFUL_SET("StatefulSet"),
        DAEMON_SET("DaemonSet");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** As in manifests. */
        public String text() {
            return text;
        }
    }

    /**
     * The name of the Deployment that made a ReplicaSet, by the labels of its pods; the
     * ReplicaSet's own where none seems to have.
     */
    public static String deployment(String replicaSet, Map<String, String> podLabels) {
        String hash = podLabels.getOrDefault("pod-template-hash", "");
        return !hash.isEmpty() && replicaSet.endsWith("-" + hash)
                ? replicaSet.substring(0, replicaSet.length() - hash.length() - 1)
                : replicaSet;
    }

    public KubeWorkload {
        pods = List.copyOf(pods);
        budgets = List.copyOf(budgets);
    }

    public record Template(
            Map<String, String> labels, Map<String, String> annotations, boolean hostNetwork) {

        public Template {
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }
    }

    /**
     * @param revision annotation {@code istio.io/rev}; empty for none
     * @param annotations all of them
     */
    public record Pod(
            ObjectName name,
            String revision,
            boolean ready,
            boolean ending,
            Map<String, String> annotations) {

        public Pod {
            annotations = Map.copyOf(annotations);
        }
    }

    /**
     * A PodDisruptionBudget that holds for its pods.
     *
     * @param atBest how many pods may be away when all are well
     * @param now how many more may go away now
     */
    public record Budget(String name, int atBest, int now) {}
}

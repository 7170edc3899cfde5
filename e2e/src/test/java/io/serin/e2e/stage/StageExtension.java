// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import io.serin.e2e.cluster.Cluster;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Makes the cluster and sets the stage once for the run, when the first test asks for one, and
 * clears them after the last.
 */
public final class StageExtension implements ExecutionCondition, ParameterResolver {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return System.getProperty(Cluster.PROPERTY, "").isEmpty()
                ? ConditionEvaluationResult.disabled(
                        "no cluster was chosen: e2e/run --cluster kind, or --kubeconfig FILE")
                : ConditionEvaluationResult.enabled("a cluster was chosen");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Stage.class || type == Kubectl.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // In this order: what was put there last is closed first.
        Cluster cluster =
                store(context)
                        .computeIfAbsent(Cluster.class, _ -> Stage.openCluster(), Cluster.class);
        return parameter.getParameter().getType() == Kubectl.class
                ? new Kubectl(cluster.kubeconfig())
                : store(context)
                        .computeIfAbsent(Stage.class, _ -> Stage.open(cluster), Stage.class);
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getRoot().getStore(Namespace.create(Stage.class));
    }
}

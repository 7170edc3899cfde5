// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

/** What makes objects differ in more than what fills them, as Helm asks it. */
enum ChartCondition {
    DEFAULT_REVISION("eq .Values.revision \"default\""),
    HUB(".Values.image.hub"),
    PULL_SECRETS(".Values.image.pullSecrets"),
    AUTOSCALED("gt (int .Values.autoscale.max) 0"),
    SEVERAL("or (gt (int .Values.replicas) 1) (gt (int .Values.autoscale.max) 1)"),
    EVERYWHERE(".Values.enableNamespacesByDefault"),
    NODE_AGENT(".Values.pilot.cni.enabled"),
    OF_CHANNEL("ne .Values.channel \"none\""),
    FRESH(".Release.IsInstall");

    private final String expression;

    ChartCondition(String expression) {
        this.expression = expression;
    }

    String expression() {
        return expression;
    }
}

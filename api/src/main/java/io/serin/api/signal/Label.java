// SPDX-License-Identifier: Apache-2.0
package io.serin.api.signal;

import java.util.Locale;

/**
 * The labels of Istio's standard metrics. A value that is not known is {@code unknown}, never
 * absent: dashboards group by all of them.
 */
public enum Label {
    REPORTER("Which side counted: source or destination."),

    SOURCE_WORKLOAD("The Deployment, or other owner, of the pod that asked."),
    SOURCE_WORKLOAD_NAMESPACE("The namespace of the pod that asked."),
    SOURCE_PRINCIPAL("The identity that it proved, spiffe://<trust domain>/ns/<ns>/sa/<account>."),
    SOURCE_APP("The application that asked, by its canonical name."),
    SOURCE_VERSION("The version of the application that asked."),
    SOURCE_CLUSTER("The Kubernetes cluster that it asked from."),
    SOURCE_CANONICAL_SERVICE("The label service.istio.io/canonical-name of the pod that asked."),
    SOURCE_CANONICAL_REVISION(
            "The label service.istio.io/canonical-revision of the pod that asked."),

    DESTINATION_WORKLOAD("The Deployment, or other owner, of the pod that answered."),
    DESTINATION_WORKLOAD_NAMESPACE("The namespace of the pod that answered."),
    DESTINATION_PRINCIPAL("The identity that the pod that answered proved."),
    DESTINATION_APP("The application that answered, by its canonical name."),
    DESTINATION_VERSION("The version of the application that answered."),
    DESTINATION_CLUSTER("The Kubernetes cluster that answered."),
    DESTINATION_CANONICAL_SERVICE(
            "The label service.istio.io/canonical-name of the pod that answered."),
    DESTINATION_CANONICAL_REVISION(
            "The label service.istio.io/canonical-revision of the pod that answered."),

    DESTINATION_SERVICE("The Service that was asked, as a host: reviews.shop.svc.cluster.local."),
    DESTINATION_SERVICE_NAME("The name of the Service that was asked."),
    DESTINATION_SERVICE_NAMESPACE("The namespace of the Service that was asked."),

    CONNECTION_SECURITY_POLICY(
            "At the destination mutual_tls or none; the source does not know: unknown."),
    REQUEST_PROTOCOL("What was spoken: http or tcp."),
    RESPONSE_CODE("The answer's HTTP status; 0 where the client went away before there was one."),
    RESPONSE_FLAGS("Why the proxy answered itself, in Envoy's abbreviations; - where it did not.");

    private final String text = name().toLowerCase(Locale.ROOT);
    private final String help;

    Label(String help) {
        this.help = help;
    }

    /** As it is exposed. */
    public String text() {
        return text;
    }

    /** One sentence for people. */
    public String help() {
        return help;
    }
}

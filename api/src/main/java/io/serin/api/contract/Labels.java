// SPDX-License-Identifier: Apache-2.0
package io.serin.api.contract;

/** Labels and annotations of namespaces, pods and our own objects. */
public final class Labels {

    /** Label of a namespace or pod: the revision it wants. Annotation of a pod: the one it has. */
    public static final String REVISION = "istio.io/rev";

    /** Label of a tag's objects: its name. Their {@link #REVISION} says where it points to. */
    public static final String TAG = "istio.io/tag";

    /** Label that no object has, for the selectors of webhooks that are to match nobody. */
    public static final String DEACTIVATED = "istio.io/deactivated";

    /** Label of a namespace: {@code enabled} for the default revision. */
    public static final String INJECTION = "istio-injection";

    /** Label (or annotation) of a pod: {@code true} or {@code false}. */
    public static final String INJECT = "sidecar.istio.io/inject";

    /**
     * Label of an injected pod: {@code istio} where its sidecar takes mTLS; else, or absent, it
     * takes plaintext alone.
     */
    public static final String TLS_MODE = "security.istio.io/tlsMode";

    /** The value of {@link #TLS_MODE} where mTLS is taken. */
    public static final String TLS_MODE_MTLS = "istio";

    /** Annotation of a pod: the ports that its sidecar stands before; {@code *}, all, if absent. */
    public static final String INCLUDE_INBOUND_PORTS =
            "traffic.sidecar.istio.io/includeInboundPorts";

    /** Annotation of a pod: where that is all ports, those that it does not stand before. */
    public static final String EXCLUDE_INBOUND_PORTS =
            "traffic.sidecar.istio.io/excludeInboundPorts";

    /** Annotation that an injected pod carries: what was added, as JSON. */
    public static final String STATUS = "sidecar.istio.io/status";

    /**
     * Annotation of a namespace: the revision whose control plane its running proxies are to be at,
     * whatever injected them. Absent: the one that injected each.
     */
    public static final String LIVE_REVISION = "serin.io/live-revision";

    /** Annotation of a namespace: how it was before its proxies were moved, as JSON. */
    public static final String LIVE_BEFORE = "serin.io/live-before";

    /** Annotation of an object that validation refuses whatever it holds: by which it is tried. */
    public static final String ALWAYS_REFUSED = "serin.io/always-refused";

    /** Label of a revision's Deployment: the {@link Channel} that it is of; absent for none. */
    public static final String CHANNEL = "serin.io/channel";

    /**
     * Annotation: {@code true} on a channel's object holds the channel, on a namespace it keeps the
     * channel from restarting what runs there.
     */
    public static final String CHANNEL_PAUSED = "serin.io/channel-paused";

    /** Annotation of a channel's object: how many workloads restart at once. */
    public static final String CHANNEL_BATCH = "serin.io/channel-batch";

    /** Annotation of a channel's object: the guards of its moves, with commas between. */
    public static final String CHANNEL_GUARD = "serin.io/channel-guard";

    /**
     * Label of a namespace that the demo made: {@code true}. It plays there again, and takes it
     * away at its end; one without is not the demo's to touch.
     */
    public static final String DEMO = "serin.io/demo";

    public static final String CANONICAL_NAME = "service.istio.io/canonical-name";
    public static final String CANONICAL_REVISION = "service.istio.io/canonical-revision";

    /** Label of all objects of one kind of component, e.g. {@code app=istiod}. */
    public static final String APP = "app";

    public static final String APP_CONTROL_PLANE = "istiod";
    public static final String APP_INJECTOR = "sidecar-injector";
    public static final String APP_AUDIT = "serin-audit";
    public static final String APP_CHANNEL = "serin-channel";
    public static final String APP_NODE_AGENT = "istio-cni-node";

    /** On what every namespace of the mesh is given. */
    public static final String CONFIG = "istio.io/config";

    /** Label of all objects: the program that installed them. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** Label of all objects: what they are a part of, {@link #SERIN} too. */
    public static final String PART_OF = "app.kubernetes.io/part-of";

    /** Label of all objects: the version of what they are a part of. */
    public static final String VERSION = "app.kubernetes.io/version";

    /** The value of {@link #MANAGED_BY} on what our command line installed. */
    public static final String SERIN = "serin";

    private Labels() {}
}

// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.backend.Workload;
import io.serin.api.contract.Labels;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.Node;
import io.serin.api.xds.Struct;
import io.serin.api.xds.Value;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code envoy.config.core.v3.Node}, with the metadata keys that Istio's control plane reads and
 * {@code REVISION}, {@code SERIN_VERSION}, {@code SERIN_PROTOCOL}, {@code SERIN_MTLS} besides.
 */
public final class NodeCodec {

    private static final String NAMESPACE = "NAMESPACE";
    private static final String WORKLOAD_NAME = "WORKLOAD_NAME";
    private static final String REVISION = "REVISION";
    private static final String VERSION = "SERIN_VERSION";
    private static final String PROTOCOL = "SERIN_PROTOCOL";
    private static final String LABELS = "LABELS";
    private static final String DNS_CAPTURE = "DNS_CAPTURE";
    private static final String MTLS = "SERIN_MTLS";

    private NodeCodec() {}

    public static Node encode(ProxyNode node) {
        Workload workload = node.workload();
        // The canonical labels win over the pod's others, as everywhere.
        Map<String, String> labels = new HashMap<>(node.labels());
        labels.put(Labels.CANONICAL_NAME, workload.app());
        labels.put(Labels.CANONICAL_REVISION, workload.version());
        Struct.Builder labelFields = Struct.newBuilder();
        labels.forEach((key, value) -> labelFields.putFields(key, text(value)));
        Struct.Builder metadata =
                Struct.newBuilder()
                        .putFields(NAMESPACE, text(workload.namespace()))
                        .putFields(WORKLOAD_NAME, text(workload.name()))
                        .putFields(REVISION, text(node.revision().value()))
                        .putFields(VERSION, text(node.version()))
                        .putFields(PROTOCOL, text(Integer.toString(node.protocol())))
                        .putFields(LABELS, Value.newBuilder().setStructValue(labelFields).build());
        if (node.dnsCapture()) {
            metadata.putFields(DNS_CAPTURE, text("true"));
        }
        if (node.mtls()) {
            metadata.putFields(MTLS, text("true"));
        }
        return Node.newBuilder()
                .setId(node.id().nodeId())
                .setCluster(workload.app() + "." + node.id().namespace())
                .setMetadata(metadata)
                .build();
    }

    /**
     * Reads a node; what Istio's own proxies leave out is unknown, but the revision and the id have
     * to be there.
     *
     * @throws CodecFault when the id or the revision can't be read
     */
    public static ProxyNode decode(Node xds) throws CodecFault {
        Struct metadata = xds.getMetadata();
        Map<String, String> labels = new HashMap<>();
        metadata.getFieldsOrDefault(LABELS, Value.getDefaultInstance())
                .getStructValue()
                .getFieldsMap()
                .forEach((key, value) -> labels.put(key, value.getStringValue()));
        try {
            ProxyId id = ProxyId.parse(xds.getId());
            Workload workload =
                    new Workload(
                            field(metadata, NAMESPACE, id.namespace()),
                            field(metadata, WORKLOAD_NAME, Workload.UNKNOWN),
                            labels.getOrDefault(Labels.CANONICAL_NAME, Workload.UNKNOWN),
                            labels.getOrDefault(Labels.CANONICAL_REVISION, Workload.UNKNOWN));
            return new ProxyNode(
                    id,
                    new Revision(field(metadata, REVISION, "")),
                    field(metadata, VERSION, Workload.UNKNOWN),
                    protocol(metadata),
                    workload,
                    labels,
                    field(metadata, DNS_CAPTURE, "false").equals("true"),
                    field(metadata, MTLS, "false").equals("true"));
        } catch (IllegalArgumentException refusedByRecord) {
            throw new CodecFault("node '" + xds.getId() + "': " + refusedByRecord.getMessage());
        }
    }

    private static int protocol(Struct metadata) {
        String told = field(metadata, PROTOCOL, "0");
        if (!told.matches("[0-9]{1,4}")) {
            throw new IllegalArgumentException(
                    PROTOCOL + ": '" + told + "' (expected: a generation, 1 or more)");
        }
        return Integer.parseInt(told);
    }

    private static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }

    private static String field(Struct metadata, String name, String absent) {
        String value =
                metadata.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
        return value.isEmpty() ? absent : value;
    }
}

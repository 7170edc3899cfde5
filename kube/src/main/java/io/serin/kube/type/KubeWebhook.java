// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.List;

/**
 * A MutatingWebhookConfiguration or ValidatingWebhookConfiguration.
 *
 * @param revision label {@code istio.io/rev}; empty for none
 * @param tag label {@code istio.io/tag}: the tag whose object this is; empty for none
 * @param entries in their order, which others may change
 */
public record KubeWebhook(
        Kind kind, String configuration, String revision, String tag, List<Entry> entries)
        implements KubeObject {

    /** Which of the two. */
    public enum Kind {
        MUTATING,
        VALIDATING
    }

    /**
     * One webhook of it.
     *
     * @param name unique in the configuration
     * @param caBundle PEM in base64; empty for none
     */
    public record Entry(String name, String caBundle) {}

    public KubeWebhook {
        entries = List.copyOf(entries);
    }

    @Override
    public ObjectName name() {
        return new ObjectName("", configuration);
    }
}

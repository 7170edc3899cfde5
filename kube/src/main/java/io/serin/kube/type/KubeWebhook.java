// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.List;

/**
 * A MutatingWebhookConfiguration or ValidatingWebhookConfiguration.
 *
 * @param revision label {@code istio.io/rev}; empty for none
 * @param caBundles of each entry, in order, in base64; empty for none
 */
public record KubeWebhook(Kind kind, String configuration, String revision, List<String> caBundles)
        implements KubeObject {

    /** Which of the two. */
    public enum Kind {
        MUTATING,
        VALIDATING
    }

    public KubeWebhook {
        caBundles = List.copyOf(caBundles);
    }

    @Override
    public ObjectName name() {
        return new ObjectName("", configuration);
    }
}

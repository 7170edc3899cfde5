// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.convert;

import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** A number of pods, or percents of them: {@code 2}, {@code 25%}. */
public final class Share {

    private Share() {}

    /** Of so many; a fraction counts for nothing, as with Kubernetes' maxUnavailable. */
    public static int down(@Nullable IntOrString given, String otherwise, int whole) {
        String share = text(given, otherwise);
        return share.endsWith("%") ? percent(share) * whole / 100 : Integer.parseInt(share);
    }

    /** Of so many; a fraction counts for one, as with Kubernetes' maxSurge. */
    public static int up(@Nullable IntOrString given, String otherwise, int whole) {
        String share = text(given, otherwise);
        return share.endsWith("%") ? (percent(share) * whole + 99) / 100 : Integer.parseInt(share);
    }

    private static String text(@Nullable IntOrString given, String otherwise) {
        if (given == null) {
            return otherwise;
        }
        return given.getStrVal() != null
                ? given.getStrVal()
                : given.getIntVal() == null ? otherwise : String.valueOf(given.getIntVal());
    }

    private static int percent(String share) {
        return Integer.parseInt(share.substring(0, share.length() - 1));
    }
}

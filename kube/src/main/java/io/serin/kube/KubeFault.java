// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Faults of the cluster, in words. */
public final class KubeFault {

    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private KubeFault() {}

    /** Whether it is that nobody answered at all. */
    public static boolean isUnreachable(Throwable fault) {
        return fault instanceof KubernetesClientException known
                && known.getStatus() == null
                && causes(known).anyMatch(IOException.class::isInstance);
    }

    /** Whether it is nothing but the moment: nobody answers, or the API server itself can't now. */
    public static boolean isPassing(Throwable fault) {
        return isUnreachable(fault)
                || causes(fault).anyMatch(TimeoutException.class::isInstance)
                || (fault instanceof KubernetesClientException known
                        && (known.getCode() >= SERVER_ERROR
                                || known.getCode() == TOO_MANY_REQUESTS));
    }

    /** Whether the API server answered that it does not know who asks. */
    public static boolean isUnauthorized(Throwable fault) {
        return fault instanceof KubernetesClientException known && known.getCode() == UNAUTHORIZED;
    }

    /** Whether the API server answered that who asks may not, or is nobody that it knows. */
    public static boolean isForbidden(Throwable fault) {
        return isUnauthorized(fault)
                || (fault instanceof KubernetesClientException known
                        && known.getCode() == FORBIDDEN);
    }

    /** Whether the API server answered that there is no such object. */
    public static boolean isNotFound(Throwable fault) {
        return fault instanceof KubernetesClientException known && known.getCode() == NOT_FOUND;
    }

    /** Whether the API server answered that there is such an object already. */
    public static boolean isConflict(Throwable fault) {
        return fault instanceof KubernetesClientException known && known.getCode() == CONFLICT;
    }

    private static Stream<Throwable> causes(Throwable fault) {
        return Stream.iterate(fault, Objects::nonNull, Throwable::getCause);
    }

    /** The API server's own words where there are any; never without any. */
    public static String reason(Throwable fault) {
        if (fault instanceof KubernetesClientException known
                && known.getStatus() != null
                && known.getStatus().getMessage() != null) {
            return known.getStatus().getMessage();
        }
        if (isUnreachable(fault)) {
            // The innermost says it; a refused connection has no words in the JDK.
            return causes(fault)
                    .map(Throwable::getMessage)
                    .filter(Objects::nonNull)
                    .skip(1)
                    .reduce((_, deeper) -> deeper)
                    .orElse("no connection");
        }
        return Stream.of(Optional.ofNullable(fault.getCause()), Optional.of(fault))
                .flatMap(Optional::stream)
                .map(Throwable::getMessage)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(fault.getClass().getSimpleName());
    }
}

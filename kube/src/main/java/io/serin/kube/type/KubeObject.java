// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

/** Anything that has a name in a namespace. */
public interface KubeObject {

    ObjectName name();
}

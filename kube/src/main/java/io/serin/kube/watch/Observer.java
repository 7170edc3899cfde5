// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.watch;

import io.serin.kube.type.ObjectName;

/** Hears of the objects of one kind, in the order of their changes, on one thread at a time. */
public interface Observer<T> {

    /** An object that is new or has changed. */
    void put(T object);

    /** An object that is gone. */
    void remove(ObjectName name);
}

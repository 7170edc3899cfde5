// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

/**
 * A step of admission that is built in. It runs before the mutating webhooks, and again when one of
 * them has changed the object: running twice has to be the same as running once.
 */
public interface AdmissionStep {

    /**
     * Changes the object in place.
     *
     * @throws io.serin.local.api.ApiFault when it can't be admitted
     */
    void admit(Attributes attributes);
}

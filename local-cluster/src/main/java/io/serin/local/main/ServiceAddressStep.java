// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import io.serin.local.admission.AdmissionStep;
import io.serin.local.admission.Attributes;
import io.serin.local.api.Resources;
import io.serin.local.control.ServiceAddresses;

/** Gives Services their addresses as they are written. */
final class ServiceAddressStep implements AdmissionStep {

    private final ServiceAddresses addresses;

    ServiceAddressStep(ServiceAddresses addresses) {
        this.addresses = addresses;
    }

    @Override
    public void admit(Attributes attributes) {
        boolean written =
                attributes.operation() == Attributes.Operation.CREATE
                        || attributes.operation() == Attributes.Operation.UPDATE;
        if (attributes.kind().is(Resources.SERVICES)
                && attributes.subresource().isEmpty()
                && written) {
            attributes.object().ifPresent(service -> addresses.assign(service, attributes.old()));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
/**
 * What is said of labels that do not do what was meant: as warnings to who writes them, and as
 * events. Beside the path; one revision of all that are installed speaks.
 */
@NullMarked
package io.serin.control.audit;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import io.serin.e2e.stage.StageExtension;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Behaviour of any Kubernetes: the constructor takes the cluster's {@code Kubectl}. Skipped, by
 * name, where no cluster was chosen.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(StageExtension.class)
@interface Contract {}

// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import org.junit.jupiter.api.Test;

class ServerSotwTest {

    @Test
    void sendsAllClustersEachTimeOneChanges() {
        Transcript.sotw(
                """
                = CDS a=1 b=1
                > CDS
                < CDS a=1 b=1
                > CDS ack
                = CDS a=1 b=2
                < CDS a=1 b=2
                > CDS ack
                = CDS b=2
                < CDS b=2
                > CDS ack
                > CDS ack
                """);
    }

    @Test
    void sendsOnlyTheEndpointsThatChanged() {
        Transcript.sotw(
                """
                = EDS a=1 b=1 c=1
                > EDS a b
                < EDS a=1 b=1
                > EDS ack a b
                = EDS a=1 b=2 c=2
                < EDS b=2
                > EDS ack a b
                """);
    }

    @Test
    void answersNewNamesAtOnceThoughTheVersionIsTheSame() {
        Transcript.sotw(
                """
                = RDS a=1 b=1
                > RDS a
                < RDS a=1
                > RDS ack a
                > RDS ack a b
                < RDS b=1
                > RDS ack a b
                """);
    }

    @Test
    void leavesAnAbsentNameOutOfItsAnswer() {
        Transcript.sotw(
                """
                = EDS a=1
                > EDS b
                < EDS
                > EDS ack b
                > EDS ack a b c
                < EDS a=1
                > EDS ack a b c
                = EDS a=1 b=1
                < EDS b=1
                """);
    }

    @Test
    void saysNothingOfEndpointsOrRoutesThatWent() {
        Transcript.sotw(
                """
                = EDS a=1 b=1
                > EDS a b
                < EDS a=1 b=1
                > EDS ack a b
                = EDS a=1
                = EDS a=1 b=1
                < EDS b=1
                """);
    }

    @Test
    void sendsEverythingToAClientThatComesBackWhateverVersionItHad() {
        Transcript.sotw(
                """
                = CDS a=1 b=1
                > CDS version:1
                < CDS a=1 b=1
                > CDS ack
                """);
    }

    @Test
    void beginsAnewWhenThereIsNoNonce() {
        Transcript.sotw(
                """
                = EDS a=1 b=1
                > EDS a
                < EDS a=1
                > EDS a b
                < EDS a=1 b=1
                > EDS ack a b
                """);
    }

    @Test
    void takesSilenceForEverythingUntilSomethingWasNamed() {
        Transcript.sotw(
                """
                = LDS a=1 b=1
                > LDS
                < LDS a=1 b=1
                > LDS ack
                > LDS ack a
                < LDS a=1
                > LDS ack a
                > LDS ack
                = LDS a=2 b=2
                """);
    }

    @Test
    void takesTheStarForEverythingEvenLater() {
        Transcript.sotw(
                """
                = LDS a=1 b=1
                > LDS a
                < LDS a=1
                > LDS ack *
                < LDS a=1 b=1
                > LDS ack *
                = LDS a=2 b=1
                < LDS a=2 b=1
                """);
    }

    @Test
    void servesAGrpcClientThatAsksForListenersByName() {
        Transcript.sotw(
                """
                = LDS a=1 b=1
                > LDS a
                < LDS a=1
                > LDS ack a
                = LDS a=1 b=2
                = LDS b=2
                < LDS
                > LDS ack a
                """);
    }

    @Test
    void ignoresAStaleRequest() {
        Transcript.sotw(
                """
                = EDS a=1 b=1
                > EDS a
                < EDS a=1
                > EDS stale a b
                ! stale EDS
                > EDS ack a b
                < EDS b=1
                """);
    }

    @Test
    void doesNotSendAgainWhatWasRefusedUntilSomethingChanges() {
        Transcript.sotw(
                """
                = CDS a=1 b=1
                > CDS
                < CDS a=1 b=1
                > CDS ack
                = CDS a=2 b=1
                < CDS a=2 b=1
                > CDS nack:bad-a
                ! nacked CDS:bad-a
                = CDS a=2 b=1
                = CDS a=3 b=1
                < CDS a=3 b=1
                """);
    }

    @Test
    void countsEachAnswerOnce() {
        Transcript.sotw(
                """
                = CDS a=1; EDS a=1
                > CDS
                < CDS a=1
                > EDS a
                < EDS a=1
                > EDS ack a
                > EDS ack a
                > CDS ack
                """);
    }
}

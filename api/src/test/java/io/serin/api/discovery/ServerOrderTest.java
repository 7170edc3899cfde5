// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import org.junit.jupiter.api.Test;

class ServerOrderTest {

    private static final String CONNECTED =
            """
            = CDS a=1; EDS a=1; LDS l=1; RDS r=1
            > CDS
            < CDS a=1
            > CDS ack
            > LDS
            < LDS l=1
            > LDS ack
            > EDS +a
            < EDS a=1
            > EDS ack
            > RDS +r
            < RDS r=1
            > RDS ack
            """;

    @Test
    void changesRoutesOnceTheNewClusterAndItsEndpointsWereTaken() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS a=1 b=1; EDS a=1 b=1; LDS l=2; RDS r=2
                        < CDS b=1
                        > CDS ack
                        > EDS +b
                        < EDS b=1
                        > EDS ack
                        < LDS l=2
                        < RDS r=2
                        """);
    }

    @Test
    void waitsOnlyAMomentForTheClientToAskForEndpoints() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS a=1 b=1; EDS a=1 b=1; LDS l=1; RDS r=2
                        < CDS b=1
                        > CDS ack
                        . stop waiting
                        < RDS r=2
                        """);
    }

    @Test
    void removesAClusterOnceTheRoutesThatLedThereAreGone() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS; EDS; LDS l=1; RDS r=2
                        < RDS r=2
                        > RDS ack
                        < CDS -a
                        < EDS -a
                        > CDS ack
                        > EDS ack
                        """);
    }

    @Test
    void keepsAClusterWhileTheClientRefusesTheRoutesThatNoLongerLeadThere() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS; EDS a=1; LDS l=1; RDS r=2
                        < RDS r=2
                        > RDS nack:no
                        ! nacked RDS:no
                        = CDS; EDS a=1; LDS l=1; RDS r=3
                        < RDS r=3
                        > RDS ack
                        < CDS -a
                        """);
    }

    @Test
    void removesAtOnceWhatNoRouteOfThisClientCouldLeadTo() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS; EDS a=1; LDS l=1; RDS r=1 other=1
                        < CDS -a
                        """);
    }

    @Test
    void addsBeforeItRemovesInStateOfTheWorldToo() {
        Transcript.sotw(
                """
                = CDS a=1; EDS a=1; LDS l=1; RDS r=1
                > CDS
                < CDS a=1
                > CDS ack
                > RDS r
                < RDS r=1
                > RDS ack r
                = CDS b=1; EDS b=1; LDS l=1; RDS r=2
                < CDS a=1 b=1
                > CDS ack
                < RDS r=2
                > RDS ack r
                < CDS b=1
                > CDS ack
                """);
    }

    @Test
    void neverLetsEndpointsWaitForAnotherType() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS a=2; EDS a=2; LDS l=2; RDS r=2
                        < CDS a=2
                        < EDS a=2
                        """);
    }

    @Test
    void goesOnWithRoutesWhenAClusterWasRefused() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS a=2; EDS a=1; LDS l=1; RDS r=2
                        < CDS a=2
                        > CDS nack:no
                        ! nacked CDS:no
                        < RDS r=2
                        """);
    }

    @Test
    void sendsEndpointsAgainAfterTheirClusterChangedSoThatEnvoyCanWarmIt() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS a=2; EDS a=1; LDS l=1; RDS r=1
                        < CDS a=2
                        > CDS ack
                        < EDS a=1
                        > EDS ack
                        """);
    }

    @Test
    void answersAQuestionAtOnceWhateverElseIsOnItsWay() {
        Transcript.delta(
                CONNECTED
                        + """
                        = CDS a=1 b=1; EDS a=1 b=1; LDS l=1; RDS r=2 s=1
                        < CDS b=1
                        > RDS +s
                        < RDS s=1
                        > RDS ack
                        > CDS ack
                        > EDS +b
                        < EDS b=1
                        > EDS ack
                        < RDS r=2
                        """);
    }

    @Test
    void makesBeforeItBreaksForAClientThatComesBackToo() {
        Transcript.delta(
                """
                = CDS b=1; EDS b=1; LDS l=1; RDS r=2
                > CDS a=1
                < CDS b=1
                > EDS +a a=1
                < EDS
                > LDS l=1
                > RDS +r r=1
                > EDS ack
                > CDS ack
                > EDS +b
                < EDS b=1
                > EDS ack
                < LDS
                < RDS r=2
                > LDS ack
                > RDS ack
                < CDS -a
                < EDS -a
                """);
    }

    @Test
    void forgetsNothingThatWasRemovedWhileTheClientWasAway() {
        Transcript.delta(
                """
                = CDS b=1; EDS b=1; LDS l=1; RDS r=2
                > CDS a=1 b=1
                < CDS
                > LDS l=1
                > RDS +r r=1
                > CDS ack
                < LDS
                < RDS r=2
                > LDS ack
                > RDS ack
                < CDS -a
                """);
    }
}

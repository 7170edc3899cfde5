// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import org.junit.jupiter.api.Test;

class ServerDeltaTest {

    @Test
    void answersASubscriptionToEverythingAndThenOnlyWithWhatChanged() {
        Transcript.delta(
                """
                = CDS a=1 b=1
                > CDS
                < CDS a=1 b=1
                > CDS ack
                = CDS a=1 b=2 c=1
                < CDS b=2 c=1
                > CDS ack
                = CDS b=2 c=1
                < CDS -a
                > CDS ack
                """);
    }

    @Test
    void answersNothingBeforeThereIsAConfiguration() {
        Transcript.delta(
                """
                > CDS
                > EDS +a
                = CDS a=1; EDS a=1
                < CDS a=1
                < EDS a=1
                """);
    }

    @Test
    void answersEvenWithNothingSoThatTheClientNeedNotWait() {
        Transcript.delta(
                """
                = CDS
                > CDS
                < CDS
                > CDS ack
                = CDS a=1
                < CDS a=1
                """);
    }

    @Test
    void takesTheStarForEverything() {
        Transcript.delta(
                """
                = CDS a=1 b=1
                > CDS +*
                < CDS a=1 b=1
                > CDS ack
                > CDS -*
                = CDS a=2 b=2
                """);
    }

    @Test
    void takesSilenceForEverythingOnlyWhereEverythingCanBeAskedFor() {
        Transcript.delta(
                """
                = EDS a=1
                > EDS
                < EDS
                > EDS ack
                = EDS a=2
                """);
    }

    @Test
    void keepsWhatWasNamedWhenTheStarGoes() {
        Transcript.delta(
                """
                = CDS a=1 b=1
                > CDS +* +a
                < CDS a=1 b=1
                > CDS ack
                > CDS -*
                = CDS a=2 b=2
                < CDS a=2
                """);
    }

    @Test
    void sendsAllThatWasNotWantedBeforeTheStarCame() {
        Transcript.delta(
                """
                = CDS a=1 b=1 c=1
                > CDS +a
                < CDS a=1
                > CDS ack
                > CDS +*
                < CDS b=1 c=1
                > CDS ack
                = CDS a=1 b=1 c=2
                < CDS c=2
                """);
    }

    @Test
    void sendsAllThatWasNotWantedBeforeTheStarCameThoughAResponseWasOnItsWay() {
        Transcript.delta(
                """
                = CDS a=1 b=1
                > CDS +a
                < CDS a=1
                > CDS +*
                > CDS ack
                < CDS b=1
                > CDS ack
                """);
    }

    @Test
    void tellsAgainWhatIsNoLongerNamedButStillMeant() {
        Transcript.delta(
                """
                = CDS a=1 b=1
                > CDS +* +a
                < CDS a=1 b=1
                > CDS ack
                > CDS -a
                < CDS a=1
                > CDS ack
                """);
    }

    @Test
    void sendsNewNamesAtOnceAndNothingElse() {
        Transcript.delta(
                """
                = EDS a=1 b=1 c=1
                > EDS +a
                < EDS a=1
                > EDS ack
                > EDS +b +c
                < EDS b=1 c=1
                > EDS ack
                """);
    }

    @Test
    void sendsAgainWhatIsNamedAgain() {
        Transcript.delta(
                """
                = EDS a=1
                > EDS +a
                < EDS a=1
                > EDS ack
                > EDS +a
                < EDS a=1
                > EDS ack
                """);
    }

    @Test
    void saysThatAnAbsentNameIsAbsentAndSendsItWhenItComes() {
        Transcript.delta(
                """
                = RDS a=1
                > RDS +a +b
                < RDS a=1 -b
                > RDS ack
                = RDS a=1 b=1
                < RDS b=1
                > RDS ack
                """);
    }

    @Test
    void sendsNothingOfWhatIsNoLongerWanted() {
        Transcript.delta(
                """
                = EDS a=1 b=1
                > EDS +a +b
                < EDS a=1 b=1
                > EDS ack
                > EDS -b
                = EDS a=2 b=2
                < EDS a=2
                > EDS ack
                > EDS +b
                < EDS b=2
                """);
    }

    @Test
    void sendsAClientThatComesBackOnlyWhatDiffers() {
        Transcript.delta(
                """
                = EDS a=1 b=2 c=1; CDS a=1 b=1
                > EDS +a +b +c +d a=1 b=1 d=1
                < EDS b=2 c=1
                > EDS ack
                < EDS -d
                > EDS ack
                > CDS a=1 b=1
                < CDS
                > CDS ack
                = CDS a=1 b=2
                < CDS b=2
                """);
    }

    @Test
    void sendsWhatChangedMeanwhileOnceTheLastResponseIsAnswered() {
        Transcript.delta(
                """
                = EDS a=1 b=1
                > EDS +a +b
                < EDS a=1 b=1
                = EDS a=2 b=1
                = EDS a=3 b=2
                > EDS +c
                > EDS ack
                < EDS a=3 b=2 -c
                > EDS ack
                """);
    }

    @Test
    void doesNotSendAgainWhatWasRefusedUntilSomethingChanges() {
        Transcript.delta(
                """
                = CDS a=1 b=1
                > CDS
                < CDS a=1 b=1
                > CDS ack
                = CDS a=2 b=2
                < CDS a=2 b=2
                > CDS nack:bad-a
                ! nacked CDS:bad-a
                = CDS a=2 b=2
                = CDS a=3 b=2
                < CDS a=3 b=2
                > CDS ack
                """);
    }

    @Test
    void needNotSayAnythingWhenWhatWasRefusedIsTakenBack() {
        Transcript.delta(
                """
                = CDS a=1
                > CDS
                < CDS a=1
                > CDS ack
                = CDS a=2
                < CDS a=2
                > CDS nack:bad-a
                ! nacked CDS:bad-a
                = CDS a=1
                = CDS a=3
                < CDS a=3
                """);
    }

    @Test
    void doesNotTellARefusedRemovalForEver() {
        Transcript.delta(
                """
                = CDS a=1 b=1
                > CDS
                < CDS a=1 b=1
                > CDS ack
                = CDS b=1
                < CDS -a
                > CDS nack:in-use
                ! nacked CDS:in-use
                = CDS b=1
                = CDS b=2
                < CDS b=2 -a
                """);
    }

    @Test
    void answersANewNameThoughTheOthersWereRefused() {
        Transcript.delta(
                """
                = EDS a=1 b=1
                > EDS +a
                < EDS a=1
                > EDS nack:bad-a
                ! nacked EDS:bad-a
                > EDS +b
                < EDS a=1 b=1
                > EDS ack
                """);
    }

    @Test
    void takesAStaleRequestsWishesButNotItsAnswer() {
        Transcript.delta(
                """
                = EDS a=1 b=1
                > EDS +a
                < EDS a=1
                > EDS stale +b
                ! stale EDS
                > EDS ack
                < EDS b=1
                """);
    }

    @Test
    void doesNotAnswerAPlainAck() {
        Transcript.delta(
                """
                = CDS a=1; EDS a=1
                > CDS
                < CDS a=1
                > EDS +a
                < EDS a=1
                > CDS ack
                > EDS ack
                > EDS ack
                """);
    }

    @Test
    void doesNotTakeOneClientsNamesForAnothers() {
        Transcript.delta(
                """
                = EDS a=1 b=1
                > EDS +a +b
                < EDS a=1 b=1
                > EDS ack
                = EDS a=1 b=1 c=1
                > EDS -a
                = EDS a=2 b=2 c=2
                < EDS b=2
                > EDS ack
                > EDS +a +c
                < EDS a=2 c=2
                > EDS ack
                = EDS a=3 b=2 c=3
                < EDS a=3 c=3
                """);
    }

    @Test
    void toleratesATypeThatItDoesNotServe() {
        Transcript.delta(
                """
                = CDS a=1
                > example.com/Whatever +a
                ! unknown example.com/Whatever, first
                > example.com/Whatever +b
                ! unknown example.com/Whatever
                > CDS
                < CDS a=1
                """);
    }
}

// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "metrics/prometheustext.h"
#include "support/prometheusreader.h"

#include <QTest>

#include <limits>

using namespace toystore;
using namespace std::chrono_literals;
using Type = PrometheusText::Type;

class TestPrometheus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void familiesAndSamplesAreWrittenAsTheFormatWantsThem()
    {
        PrometheusText text;
        text.family(Type::Counter, "toys_total", "Toys sold.")
            .sample({{"toy", "Tux"}, {"shop", "a"}}, 3)
            .sample({{"toy", "Kite"}, {"shop", "a"}}, 0.25);
        text.family(Type::Gauge, "shelf", "Room.").sample(-1.5);
        QCOMPARE(text.take(), QByteArray("# HELP toys_total Toys sold.\n"
                                         "# TYPE toys_total counter\n"
                                         "toys_total{toy=\"Tux\",shop=\"a\"} 3\n"
                                         "toys_total{toy=\"Kite\",shop=\"a\"} 0.25\n"
                                         "# HELP shelf Room.\n"
                                         "# TYPE shelf gauge\n"
                                         "shelf -1.5\n"));
    }

    void whatWouldBreakALineIsEscaped()
    {
        PrometheusText text;
        text.family(Type::Gauge, "a", "one\ntwo \\ \"three\"").sample({{"l", "\"\\\n\xc3\xa4"}}, 1);
        const QByteArray written = text.take();
        QVERIFY(written.contains("# HELP a one\\ntwo \\\\ \"three\"\n"));
        QVERIFY(written.contains("a{l=\"\\\"\\\\\\n\xc3\xa4\"} 1\n"));
        QCOMPARE(PrometheusReader(written).error(), QByteArray());
    }

    void numbersKeepTheirValue()
    {
        PrometheusText text;
        text.family(Type::Gauge, "a", "h");
        for (const double value : {0.1, 1e-9, 9007199254740991.0, 1e21})
            text.sample({{"v", QByteArray::number(value)}}, value);
        const QByteArray written = text.take();
        const PrometheusReader reader(written);
        QCOMPARE(reader.error(), QByteArray());
        QCOMPARE(reader.value("a{v=\"" + QByteArray::number(9007199254740991.0) + "\"}"), 9007199254740991.0);
        QCOMPARE(reader.value("a{v=\"1e-09\"}"), 1e-9);
        text.family(Type::Gauge, "b", "h").sample(std::numeric_limits<double>::infinity());
        QVERIFY(text.take().endsWith("b +Inf\n"));
    }

    void aHistogramIsCumulative()
    {
        DurationBuckets buckets;
        for (const DurationBuckets::Duration duration : {0ns, 100'000ns, 100'001ns, 5'000'000'000ns})
            ++buckets.counts[DurationBuckets::indexOf(duration)];
        ++buckets.counts[DurationBuckets::indexOf(1min)];
        buckets.sum = 65s;
        PrometheusText text;
        text.family(Type::Histogram, "took_seconds", "h").histogram({{"route", "/"}}, buckets);
        const PrometheusReader reader(text.take());
        QCOMPARE(reader.error(), QByteArray());
        QCOMPARE(reader.value("took_seconds_bucket{route=\"/\",le=\"0.0001\"}"), 2);
        QCOMPARE(reader.value("took_seconds_bucket{route=\"/\",le=\"0.00025\"}"), 3);
        QCOMPARE(reader.value("took_seconds_bucket{route=\"/\",le=\"2.5\"}"), 3);
        QCOMPARE(reader.value("took_seconds_bucket{route=\"/\",le=\"5\"}"), 4);
        QCOMPARE(reader.value("took_seconds_bucket{route=\"/\",le=\"+Inf\"}"), 5);
        QCOMPARE(reader.value("took_seconds_sum{route=\"/\"}"), 65);
        QCOMPARE(reader.value("took_seconds_count{route=\"/\"}"), 5);
    }

    void aSummaryHasSumAndCount()
    {
        PrometheusText text;
        text.family(Type::Summary, "batch_orders", "h").summary({}, 12, 5);
        const PrometheusReader reader(text.take());
        QCOMPARE(reader.error(), QByteArray());
        QCOMPARE(reader.value("batch_orders_sum"), 12);
        QCOMPARE(reader.value("batch_orders_count"), 5);
    }

    // The reader, which the tests of real answers rely on, sees what is wrong.
    void whatBreaksTheFormatIsSeen_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("error");
        const QByteArray a = "# HELP a h\n# TYPE a gauge\n";
        const QByteArray h = "# HELP h x\n# TYPE h histogram\n";
        const auto row = [](const char *error, const QByteArray &text) {
            QTest::newRow(error) << text << QByteArray(error);
        };
        row("end in a line feed", a + "a 1");
        row("an empty line", a + "\na 1\n");
        row("no sample of the family", "a 1\n");
        row("is no sample of the family a", a + "b 1\n");
        row("no HELP", "# TYPE a gauge\na 1\n");
        row("a TYPE twice", a + a);
        row("is no TYPE", "# HELP a h\n# TYPE a number\n");
        row("without _total", "# HELP a h\n# TYPE a counter\na 1\n");
        row("is there twice", a + "a 1\na 1\n");
        row("malformed labels", a + "a{b=\"c\" 1\n");
        row("malformed labels", a + "a{b=c} 1\n");
        row("malformed labels", a + "a{b=\"\\t\"} 1\n");
        row("no sample: a one", a + "a one\n");
        row("no sample: a  1", a + "a  1\n");
        row("below zero", "# HELP a_total h\n# TYPE a_total counter\na_total -1\n");
        row("has no bucket +Inf", h + "h_bucket{le=\"1\"} 1\n");
        row("do not grow", h + "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\n");
        row("is not that of its last bucket", h + "h_bucket{le=\"+Inf\"} 1\nh_count 2\n");
    }
    void whatBreaksTheFormatIsSeen()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, error);
        const PrometheusReader reader(text);
        QVERIFY2(reader.error().contains(error), reader.error().constData());
    }
};

QTEST_APPLESS_MAIN(TestPrometheus)
#include "tst_prometheus.moc"

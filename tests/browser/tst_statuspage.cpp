// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "browser/webdriver.h"
#include "protocol/frontendmessages.h"
#include "support/fakestore.h"
#include "support/frontendprocess.h"
#include "support/rawhttp.h"
#include "support/storeundertest.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace toystore;

namespace
{

const QByteArray oneTux = "{\"name\":\"Tux\",\"quantity\":1}";

QString pageOf(quint16 port)
{
    return QStringLiteral("http://127.0.0.1:%1/").arg(port);
}

} // namespace

/// The page at `/`, in a real browser.
class TestStatusPage : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<WebDriver> m_browser;

    [[nodiscard]] QString text(const char *selector)
    {
        return m_browser->textOf(QString::fromLatin1(selector));
    }
    [[nodiscard]] int count(const char *selector)
    {
        return m_browser
            ->run(
                QStringLiteral("return document.querySelectorAll('%1').length").arg(QLatin1String(selector)))
            .toInt();
    }
    /// For those who look at it; where TOYSTORE_SCREENSHOTS says.
    void keepScreenshot(const QString &name)
    {
        const QString directory = qEnvironmentVariable("TOYSTORE_SCREENSHOTS");
        if (directory.isEmpty())
            return;
        QDir().mkpath(directory);
        QFile file(directory + QStringLiteral("/statuspage-") + name + QStringLiteral(".png"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(m_browser->screenshot(true));
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!WebDriver::isInstalled())
            QSKIP("chromedriver is not installed: scripts/test --label browser does that");
    }

    void init()
    {
        m_browser = std::make_unique<WebDriver>();
        QVERIFY(m_browser->start());
        m_browser->setScreen({1280, 800}, false);
    }

    void cleanup() { m_browser.reset(); }

    void aRealStoreIsShownAsItIs()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        QVERIFY(store.waitForLeader());
        QVERIFY(m_browser->open(pageOf(store.httpPort())));
        QTRY_COMPARE(text("#connection"), QStringLiteral("live"));
        QTRY_COMPARE(text("#store"), QStringLiteral("selling"));
        QTRY_COMPARE(text("#leader"), QStringLiteral("order-8093"));
        QCOMPARE(text("#last-order"), QStringLiteral("none"));
        QCOMPARE(count("#services tr"), 4);

        for (int i = 0; i < 3; ++i)
            QCOMPARE(httpPost(store.httpPort(), "/orders", oneTux).status, 200);
        QCOMPARE(httpGet(store.httpPort(), "/products/Tux").status, 200);
        QCOMPARE(httpGet(store.httpPort(), "/products/Tux").status, 200);
        QTRY_COMPARE(count("#orders li"), 3);
        QVERIFY(text("#orders li").contains(QStringLiteral("Tux")));
        QVERIFY(text("#orders li").contains(QStringLiteral("#3")));
        QTRY_COMPARE(text("#last-order"), QStringLiteral("3"));
        QTRY_COMPARE(text("#ratio"), QStringLiteral("50.0 %"));

        QVERIFY(store.command<KillService>("order-8093").has_value());
        QTRY_COMPARE(text("#leader"), QStringLiteral("order-8092"));
        QTRY_VERIFY(text("#events").contains(QStringLiteral("order-8092 leads epoch 2")));
        QTRY_VERIFY(text("#services").contains(QStringLiteral("down")));
        QCOMPARE(httpPost(store.httpPort(), "/orders", oneTux).status, 200);
        keepScreenshot(QStringLiteral("1280x800"));
        m_browser->preferDark(true);
        keepScreenshot(QStringLiteral("dark"));
        m_browser->preferDark(false);
        m_browser->setScreen({390, 844}, true);
        QCOMPARE(m_browser->run(QStringLiteral("return document.documentElement.scrollWidth")).toInt(), 390);
        keepScreenshot(QStringLiteral("390x844"));
        QCOMPARE(m_browser->complaints(), QStringList());
    }

    void aStoreThatIsSilentIsNotCalledLive()
    {
        StoreUnderTest store;
        QVERIFY(store.open());
        QVERIFY(m_browser->open(pageOf(store.httpPort())));
        QTRY_COMPARE(text("#connection"), QStringLiteral("live"));
        QVERIFY(store.command<KillService>("frontend").has_value());
        QTRY_VERIFY(text("#connection").startsWith(QStringLiteral("last data ")));
        QVERIFY(store.command<StartService>("frontend").has_value());
        QTRY_COMPARE_WITH_TIMEOUT(text("#connection"), QStringLiteral("live"), 10'000);
        QTRY_COMPARE(text("#store"), QStringLiteral("selling"));
        QVERIFY(store.command<KillService>("catalog").has_value());
        QTRY_COMPARE(text("#store"), QStringLiteral("no catalog"));
    }

    void namesAreTextWhateverTheyHold()
    {
        const QString name = QStringLiteral("<img src=x onerror=document.title='broken'>&amp;") +
                             QString::fromUtf8("\xf0\x9f\xa7\xb8 \xd7\xa9");
        FakeStore store;
        store.addToy(name.toUtf8());
        FrontendProcess frontend(store);
        QVERIFY(frontend.isReady());
        QVERIFY(m_browser->open(pageOf(frontend.httpPort())));
        QTRY_COMPARE(text("#connection"), QStringLiteral("live"));
        const QByteArray body = "{\"name\":\"" + name.toUtf8() + "\",\"quantity\":1}";
        QCOMPARE(httpPost(frontend.httpPort(), "/orders", body).status, 200);
        QTRY_COMPARE(count("#orders li"), 1);
        QCOMPARE(text("#orders li .what"), name);
        QCOMPARE(count("img"), 0);
        QCOMPARE(m_browser->run(QStringLiteral("return document.title")).toString(),
                 QStringLiteral("Toystore"));
        QCOMPARE(m_browser->complaints(), QStringList());
    }

    void nothingComesFromOutside()
    {
        FakeStore store;
        FrontendProcess frontend(store);
        QVERIFY(frontend.isReady());
        QVERIFY(m_browser->open(pageOf(frontend.httpPort())));
        QTRY_COMPARE(text("#connection"), QStringLiteral("live"));
        const QJsonArray loaded =
            m_browser
                ->run(
                    QStringLiteral("return performance.getEntriesByType('resource').map((one) => one.name)"))
                .toArray();
        for (const QJsonValue url : loaded)
            QVERIFY2(url.toString().startsWith(pageOf(frontend.httpPort())) ||
                         url.toString().startsWith(QLatin1String("data:")),
                     qUtf8Printable(url.toString()));
        // What is not the page's own may not run.
        (void)m_browser->run(QStringLiteral("const script = document.createElement('script');"
                                            "script.textContent = 'document.title = \"broken\"';"
                                            "document.body.append(script)"));
        QCOMPARE(m_browser->run(QStringLiteral("return document.title")).toString(),
                 QStringLiteral("Toystore"));
        QVERIFY(!m_browser->complaints().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestStatusPage)
#include "tst_statuspage.moc"

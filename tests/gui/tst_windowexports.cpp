// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the window writes to files: orders and pictures.

#include "docks/csv.h"
#include "docks/orderlogpanel.h"
#include "gui/ownsettings.h"
#include "gui/shownwindow.h"
#include "window/docks.h"

#include <QDateTime>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardItemModel>

using namespace toystore;

namespace
{

/// Gives the dialog that asks where to save a @p path, and then presses Save. @p between: happens before.
void save(
    Shown &shown, const QString &path, const std::function<void()> &between = [] {})
{
    auto *dialog = shown.window.findChild<QFileDialog *>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    dialog->findChild<QLineEdit *>(QStringLiteral("fileNameEdit"))->setText(path);
    between();
    dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Save)->click();
    QVERIFY(!dialog->isVisible());
}

} // namespace

class TestWindowExports : public QObject
{
    Q_OBJECT

private:
    OwnSettings m_settings;

private Q_SLOTS:
    void aTableIsWrittenAsTheStandardSays()
    {
        QStandardItemModel model(1, 2);
        model.setHorizontalHeaderLabels({QStringLiteral("Toy"), QStringLiteral("Said")});
        model.setItem(0, 0, new QStandardItem(QStringLiteral("Tux")));
        model.setItem(0, 1, new QStandardItem(QStringLiteral("a \"b\", c")));
        const QString path = m_settings.filePath(QStringLiteral("table.csv"));
        QCOMPARE(writeCsv(model, path), QString());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("Toy,Said\r\nTux,\"a \"\"b\"\", c\"\r\n"));
        for (const char *said : {"a\rb", "a\nb", "a\r\nb"}) {
            model.item(0, 1)->setText(QString::fromLatin1(said));
            QCOMPARE(writeCsv(model, path), QString());
            QFile again(path);
            QVERIFY(again.open(QIODevice::ReadOnly));
            QCOMPARE(again.readAll(), QByteArray("Toy,Said\r\nTux,\"") + said + "\"\r\n");
        }
        QVERIFY(!writeCsv(model, m_settings.filePath(QStringLiteral("no/such/place"))).isEmpty());
    }

    void aPictureIsOfTheWindowAsItIs()
    {
        Shown shown;
        const QImage before = shown.window.grab().toImage();
        const QString path = m_settings.filePath(QStringLiteral("picture.png"));

        shown.window.commands()[Command::ExportPicture]->trigger();
        save(shown, path);

        QCOMPARE(shown.toast().text(), QStringLiteral("Picture written to %1").arg(path));
        QImage picture;
        QVERIFY(picture.load(path, "PNG"));
        QCOMPARE(picture.size(), shown.window.size() * shown.window.devicePixelRatioF());
        QCOMPARE(picture.convertToFormat(QImage::Format_RGB32), before.convertToFormat(QImage::Format_RGB32));
        QSet<QRgb> colours;
        for (int x = 0; x < picture.width(); ++x)
            colours << picture.pixel(x, picture.height() / 2);
        QVERIFY(colours.size() > 10); // not blank
    }

    void theOrdersAreExported()
    {
        Shown shown;
        Q_EMIT shown.source.ordersAdded(madeUpOrders(1, 100));
        shown.window.docks()->orders()->filter()->setText(QStringLiteral("tux"));
        const QString path = m_settings.filePath(QStringLiteral("orders.csv"));

        QTest::keyClick(&shown.window, Qt::Key_E, Qt::ControlModifier);
        save(shown, path);

        QTRY_COMPARE(shown.toast().text(), QStringLiteral("Orders written to %1").arg(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArrayList lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 1 + 20); // headings, and what the filter lets through
        QVERIFY(lines.first().startsWith("Order,Time,Toy"));
        QVERIFY(lines.last().contains("Tux"));
        const QByteArray time = lines.last().split(',').value(OrderLogModel::Time); // with its date and zone
        QVERIFY2(time.endsWith('Z') &&
                     QDateTime::fromString(QString::fromLatin1(time), Qt::ISODateWithMs).isValid(),
                 time.constData());
    }

    void anExportThatFailsIsTold_data()
    {
        QTest::addColumn<Command>("command");
        QTest::newRow("orders") << Command::ExportOrders;
        QTest::newRow("picture") << Command::ExportPicture;
    }
    void anExportThatFailsIsTold()
    {
        QFETCH(Command, command);
        Shown shown;
        const QDir directory(m_settings.filePath(QStringLiteral("soon-gone")));
        QVERIFY(directory.mkpath(QStringLiteral(".")));
        const QString path = directory.filePath(QStringLiteral("export"));

        shown.window.commands()[command]->trigger();
        save(shown, path, [&directory] { QVERIFY(directory.rmdir(directory.path())); });

        QTRY_VERIFY(shown.toast().isVisible());
        QVERIFY2(shown.toast().text().startsWith(QStringLiteral("Could not write %1.").arg(path)),
                 qPrintable(shown.toast().text()));
        QVERIFY2(shown.toast().text().endsWith(QStringLiteral(": No such file or directory")),
                 qPrintable(shown.toast().text()));
    }
};

QTEST_MAIN(TestWindowExports)
#include "tst_windowexports.moc"

// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "docks/cachepanel.h"

#include "docks/table.h"
#include "theme/spinbox.h"
#include "topology/words.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSortFilterProxyModel>

namespace toystore
{

CachePanel::CachePanel(Theme &theme, CacheModel &model, QWidget *parent)
    : QWidget(parent), m_enabled(new QCheckBox(QStringLiteral("Cache on"), this)),
      m_capacity(new SpinBox(theme, this)), m_figures(new QLabel(this))
{
    auto *sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(&model);
    sorted->setSortRole(CacheModel::SortRole);
    m_table = new Table(theme, QStringLiteral("Cache"), *sorted, CacheModel::Name, this);
    m_table->sayWhenEmpty(QStringLiteral("Nothing is cached"));
    m_table->setColumnHidden(CacheModel::Price, true); // never changes: the catalog's table has it
    m_table->setSortingEnabled(true);
    m_table->fitColumns();
    m_table->sortByColumn(CacheModel::Name, Qt::AscendingOrder);
    m_capacity->setRange(1, 1'000'000);
    m_capacity->setKeyboardTracking(false);
    m_capacity->setAccessibleName(QStringLiteral("Capacity of the cache"));
    auto *capacityLabel = new QLabel(QStringLiteral("Capacity"), this);
    capacityLabel->setBuddy(m_capacity);
    auto *row = new QHBoxLayout;
    row->addWidget(m_enabled);
    row->addStretch();
    row->addWidget(capacityLabel);
    row->addWidget(m_capacity);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 6);
    column->setSpacing(5);
    column->addLayout(row);
    column->addWidget(m_figures);
    column->addWidget(m_table, 1);
    m_figures->setWordWrap(true);
    connect(m_enabled, &QCheckBox::toggled, this, [this](bool isOn) {
        if (!m_isShowing)
            Q_EMIT changeRequested(isOn, {});
    });
    connect(m_capacity, &QSpinBox::valueChanged, this, [this](int capacity) {
        if (!m_isShowing)
            Q_EMIT changeRequested({}, capacity);
    });
    show(ClusterSnapshot());
}

void CachePanel::show(const ClusterSnapshot &snapshot)
{
    const bool isKnown = snapshot.attachment == Attachment::Live && snapshot.cache.has_value();
    allow(m_isReadOnly                                      ? QStringLiteral("This dashboard only looks.")
          : snapshot.attachment == Attachment::NotPermitted ? QString::fromUtf8(snapshot.detail)
          : isKnown ? QString::fromUtf8(snapshot.refusal.value_or(QByteArray()))
                    : QStringLiteral("The frontend does not answer."));
    if (!snapshot.cache)
        return say(QStringLiteral("The frontend does not answer."));
    const CacheFigures &cache = *snapshot.cache;
    m_isShowing = true;
    m_enabled->setChecked(cache.enabled);
    if (!m_capacity->hasFocus())
        m_capacity->setValue(static_cast<int>(cache.capacity));
    m_isShowing = false;
    QString figures = QStringLiteral("%1 entries, %2 hits, %3 misses, %4 invalidations")
                          .arg(numberText(cache.entries), numberText(cache.hits), numberText(cache.misses),
                               numberText(cache.invalidations));
    if (cache.bypassed)
        figures += QStringLiteral(". Bypassed: the catalog's invalidations do not arrive.");
    say(figures);
}

// Another text lays the whole window out anew, which who doesn't see it need not pay for.
void CachePanel::say(const QString &figures)
{
    m_says = figures;
    if (isVisible())
        m_figures->setText(m_says);
}

void CachePanel::showEvent(QShowEvent *event)
{
    m_figures->setText(m_says);
    QWidget::showEvent(event);
}

void CachePanel::setReadOnly(bool isReadOnly)
{
    m_isReadOnly = isReadOnly;
    if (isReadOnly)
        allow(QStringLiteral("This dashboard only looks."));
}

void CachePanel::allow(const QString &whyNot)
{
    for (QWidget *control : {static_cast<QWidget *>(m_enabled), static_cast<QWidget *>(m_capacity)})
        control->setEnabled(whyNot.isEmpty());
    m_enabled->setToolTip(
        whyNot.isEmpty() ? QStringLiteral("Whether the frontend answers queries from its cache") : whyNot);
    m_capacity->setToolTip(whyNot.isEmpty() ? QStringLiteral("Products that it keeps at most") : whyNot);
}

} // namespace toystore

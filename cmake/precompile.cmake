# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Precompiled headers of Qt and the standard library, never the project's own, for every target there is: half of what a
# compiler does in a clean build is to read them again. A set is shared by all targets that are compiled with the same flags;
# GCC insists on the same definitions, too, as far as the set's headers know of them. So sets are made with no Qt module's
# definitions but QtCore's, though with headers of others.

set(precompiled_standard
    <algorithm> <array> <atomic> <charconv> <chrono> <deque> <functional> <map> <memory> <mutex> <optional> <set> <string>
    <unordered_map> <utility> <variant> <vector> <tl/expected.hpp>)
set(precompiled_qt
    <QByteArray> <QCoreApplication> <QDateTime> <QDir> <QFile> <QHash> <QJsonArray> <QJsonDocument> <QJsonObject> <QList>
    <QLoggingCategory> <QObject> <QSet> <QString> <QTimer> <QHostAddress> <QTcpServer> <QTcpSocket>)
set(precompiled_widgets
    <QAction> <QHBoxLayout> <QLabel> <QMainWindow> <QMenu> <QPainter> <QPushButton> <QTableView> <QToolButton> <QVBoxLayout>
    <QWidget>)
set(precompiled_test <QProcess> <QTemporaryDir> <QtTest/qtestcase.h>)

# precompiled_set(NAME HEADERS header... MODULES target... OPTIONS option...): a set, with headers of these modules of Qt besides.
function(precompiled_set name)
  cmake_parse_arguments(ARG "" "" "HEADERS;MODULES;OPTIONS" ${ARGN})
  set(source ${CMAKE_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// A target needs a source.\n")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${source})
  target_link_libraries(${name} PRIVATE toystore_options Qt6::Core tl::expected)
  foreach(module Qt6::Network ${ARG_MODULES})
    target_include_directories(${name} SYSTEM PRIVATE $<TARGET_PROPERTY:${module},INTERFACE_INCLUDE_DIRECTORIES>)
  endforeach()
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${precompiled_standard} ${precompiled_qt} ${ARG_HEADERS})
endfunction()

# use_precompiled(DIRECTORY SET): in the targets of a directory and those below that have none yet.
function(use_precompiled directory set)
  get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    get_target_property(has ${target} PRECOMPILE_HEADERS_REUSE_FROM)
    if(type MATCHES "^(STATIC_LIBRARY|EXECUTABLE)$" AND NOT has)
      target_precompile_headers(${target} REUSE_FROM ${set})
      # There is less in moc's output than it takes to load a set.
      get_target_property(binaries ${target} BINARY_DIR)
      set_source_files_properties(${binaries}/${target}_autogen/mocs_compilation.cpp TARGET_DIRECTORY ${target}
                                  PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
  get_property(below DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
  foreach(subdirectory ${below})
    use_precompiled(${subdirectory} ${set})
  endforeach()
endfunction()

precompiled_set(precompiled)
if(TOYSTORE_DASHBOARD)
  precompiled_set(precompiled_dashboard HEADERS ${precompiled_widgets} MODULES Qt6::Gui Qt6::Widgets)
  target_precompile_headers(toystore_dashboard REUSE_FROM precompiled_dashboard)
  # QCustomPlot's header wants Qt's keywords, which the sets are made without.
  set_source_files_properties(admin-gui/overview/loadchart.cpp TARGET_DIRECTORY toystore_dashboard
                              PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  set_source_files_properties(client-cli/plot/chart.cpp TARGET_DIRECTORY toystore-plot
                              PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endif()
if(BUILD_TESTING)
  precompiled_set(precompiled_tests HEADERS ${precompiled_test} MODULES Qt6::Test OPTIONS -O0)
  get_property(directories DIRECTORY tests PROPERTY SUBDIRECTORIES)
  foreach(directory ${directories})
    get_property(options DIRECTORY ${directory} PROPERTY COMPILE_OPTIONS)
    if(-O0 IN_LIST options)
      use_precompiled(${directory} precompiled_tests)
    endif()
  endforeach()
endif()
use_precompiled(${PROJECT_SOURCE_DIR} precompiled)

# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Completion of toystore for fish: the program itself knows what fits.
complete -c toystore -a '(toystore complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'

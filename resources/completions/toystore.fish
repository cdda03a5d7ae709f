# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Completion of toystore for fish: the program itself knows what fits; where nothing does, files.
function __toystore_fitting
    set -l words (commandline -opc)
    set -l fitting ($words[1] complete $words[2..-1] (commandline -ct | string unescape) 2>/dev/null)
    if test (count $fitting) -gt 0
        printf '%s\n' $fitting
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c toystore -f -a '(__toystore_fitting)'

# SPDX-License-Identifier: Apache-2.0
# Completion for fish. The program itself says what may follow; see host/cli/help/complete.h.

function __gpuclassify_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l number (math (count $words) - 1)
    set -l lines (command $words[1] __complete $number $words 2>/dev/null)
    if string match -q 'files*' -- $lines[1]
        set -l text (string replace -r '^--[^=]*=' '' -- $words[-1])
        set -l start (string replace -r '^(--[^=]*=)?.*' '$1' -- $words[-1])
        for path in (__fish_complete_path $text)
            set -l endings (string split -n ' ' -- $lines[1])[2..]
            set -l name (string split -f 1 \t -- $path)
            set -l wanted (count $endings)
            for ending in $endings
                string match -q "*$ending" -- $name; and set wanted 0
            end
            if test $wanted = 0; or string match -q '*/' -- $name
                printf '%s%s\n' $start $path
            end
        end
    end
    if set -q lines[2]
        printf '%s\n' $lines[2..]
    end
end

complete -c gpuclassify -f -a '(__gpuclassify_complete)'

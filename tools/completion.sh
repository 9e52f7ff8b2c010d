#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the completions of a shell, from what the tools print with --help,
# which is their option tables.
#
#	completion.sh bash|zsh FOLDER
#
# FOLDER is where the tools were built.  Facts: bash(1), "Programmable
# Completion"; zshcompsys(1), _arguments.
set -eu
LC_ALL=C
export LC_ALL
shell=$1
folder=$2
names=$("$folder/coil" | sed -n 's/^  \([a-z]*\)  *[^ ].*/\1/p' |
	tr '\n' ' ' | sed 's/ $//')

# One option a line: NAME LETTER ARGUMENT HELP, tab-separated, '-' for none;
# then "=columns" and the columns of all tables.
options()
{
	"$folder/coil-$1" --help | awk '
	/^  (-.,|   ) --/ {
		letter = substr($0, 3, 1) == "-" ? substr($0, 4, 1) : "-"
		rest = substr($0, 9)
		name = rest
		sub(/[= ].*/, "", name)
		left = rest
		sub(/ .*/, "", left)
		argument = left ~ /=/ ? substr(left, index(left, "=") + 1) : "-"
		help = substr(rest, length(left) + 1)
		sub(/^ */, "", help)
		print name "\t" letter "\t" argument "\t" help
	}
	/^Columns/ {
		sub(/^[^:]*: */, "")
		gsub(/\*/, "")
		for (i = 1; i <= NF; i++)
			if (!seen[$i]++)
				columns = columns " " $i
	}
	END { print "=columns\t" substr(columns, 2) }'
}

bash_tool()
{
	options "$1" | awk -F '\t' -v tool="$1" '
	$1 == "=columns" { columns = $2; next }
	{
		words = words " --" $1 ($3 == "-" ? "" : "=")
		if ($2 != "-")
			words = words " -" $2
		if ($3 == "FILE" || $3 == "DIR")
			files = files " --" $1
		else if ($3 ~ /\|/) {
			choices = $3
			gsub(/\|/, " ", choices)
			chosen = chosen "\t\t--" $1 ") values=\"" choices \
				"\" ;;\n"
		}
	}
	END {
		printf "\t%s)\n\t\toptions=\"%s\"\n", tool, substr(words, 2)
		printf "\t\tcolumns=\"%s\"\n\t\tfiles=\"%s\"\n", columns,
			substr(files, 2)
		printf "\t\tcase $option in\n%s\t\tesac\n\t\t;;\n", chosen
	}'
}

bash_all()
{
	cat <<END
# Completions of coil's tools for bash. Written by tools/completion.sh.

# The options of \$tool, and the values that \$option may have.
_coil_table()
{
	case \$tool in
END
	for name in $names; do
		bash_tool "$name"
	done
	cat <<'END'
	esac
}

_coil_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# The last of a comma-separated list, none of it twice.
_coil_columns()
{
	local done=${1%"${1##*,}"} left="" column

	for column in $columns; do
		case ,$done in *,"$column",*) ;; *) left="$left $column" ;; esac
	done
	compopt -o nospace 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -P "$done" -W "$left" -- "${1##*,}")
}

_coil()
{
	local word=$2 before=$3 tool=${1##*/} option="" options="" columns=""
	local files="" values="" names="@names@"

	COMPREPLY=()
	if [ "$tool" = coil ]; then
		if [ "$COMP_CWORD" -eq 1 ]; then
			mapfile -t COMPREPLY < <(compgen \
				-W "$names help --help --version" -- "$word")
			return
		fi
		tool=${COMP_WORDS[1]}
		if [ "$tool" = help ]; then
			mapfile -t COMPREPLY < <(compgen -W "$names" -- "$word")
			return
		fi
	else
		tool=${tool#coil-}
	fi
	# bash breaks words at "=": --color = a
	case $before in
	=) option=${COMP_WORDS[COMP_CWORD - 2]} ;;
	--*) test "$word" = = && option=$before word= ;;
	-c) option=--columns ;;
	esac
	_coil_table
	if [ "$option" = --columns ]; then
		_coil_columns "$word"
	elif [ -n "$values" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word")
	elif [ -z "$option" ] && [ "${word#-}" != "$word" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
		case ${COMPREPLY[*]} in *=) compopt -o nospace 2>/dev/null ;; esac
	elif [ -z "$option" ] || [[ " $files " = *" $option "* ]]; then
		_coil_files "$word"
	fi
}

END
	printf 'complete -F _coil coil'
	for name in $names; do
		printf ' coil-%s' "$name"
	done
	echo
}

zsh_tool()
{
	options "$1" | awk -F '\t' -v tool="$1" '
	$1 == "=columns" { columns = $2; next }
	{
		help = $4
		gsub(/\[/, "\\\\[", help)
		gsub(/]/, "\\\\]", help)
		gsub(/:/, "\\\\:", help)
		gsub(/\047/, "\047\\\047\047", help)
		action = ""
		if ($3 == "FILE")
			action = ":file:_files"
		else if ($3 == "DIR")
			action = ":folder:_files -/"
		else if ($3 == "COLUMNS")
			action = ":columns:_coil_columns"
		else if ($3 ~ /\|/) {
			choices = $3
			gsub(/\|/, " ", choices)
			action = ":" $1 ":(" choices ")"
		} else if ($3 != "-")
			action = ":" tolower($3) ": "
		long = "--" $1 ($3 == "-" ? "" : "=")
		if ($2 == "-")
			spec = "\047*" long "[" help "]" action "\047"
		else
			spec = "\047*\047{-" $2 ($3 == "-" ? "" : "+") "," \
				long "}\047[" help "]" action "\047"
		specs = specs "\t\t" spec "\n"
	}
	END {
		printf "\t%s)\n\t\tcolumns=(%s)\n\t\toptions=(\n%s\t\t)\n\t\t;;\n",
			tool, columns, specs
	}'
}

zsh_all()
{
	printf '#compdef coil'
	for name in $names; do
		printf ' coil-%s' "$name"
	done
	cat <<'END'

# Completions of coil's tools for zsh. Written by tools/completion.sh.

_coil_columns()
{
	_values -s , column $columns
}

_coil()
{
	local tool=${service#coil-}
	local -a columns options names

	names=(
END
	"$folder/coil" | sed -n "s/'/'\\\\''/g
		s/^  \([a-z]*\)  *\([^ ].*\)/		'\1:\2'/p"
	cat <<'END'
	)
	if [[ $service = coil ]]; then
		if (( CURRENT == 2 )); then
			_describe tool names
			return
		fi
		tool=$words[2]
		shift words
		(( CURRENT-- ))
	fi
	case $tool in
END
	for name in $names; do
		zsh_tool "$name"
	done
	cat <<'END'
	esac
	_arguments -S $options '*:snapshot:_files'
}

_coil "$@"
END
}

case $shell in
bash) bash_all | sed "s/@names@/$names/" ;;
zsh) zsh_all ;;
*)
	echo "completion.sh: bash or zsh, not '$shell'" >&2
	exit 2
	;;
esac

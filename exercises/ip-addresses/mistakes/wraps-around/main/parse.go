package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// parse reads an address, perhaps with a prefix behind a slash.
func parse(text string) (address, error) {
	text, prefix, hasPrefix := strings.Cut(text, "/")
	a := address{hasPrefix: hasPrefix}
	var err error
	switch {
	case text == "":
		return a, errors.New("there is no address")
	case strings.Contains(text, ":"):
		a.bytes, err = parseIPv6(text)
	default:
		a.bytes, err = parseIPv4(text)
	}
	if err != nil || !hasPrefix {
		return a, err
	}
	most := 8 * len(a.bytes)
	if a.prefix, err = parseNumber(prefix, most); err != nil {
		return a, fmt.Errorf("the prefix: %w", err)
	}
	return a, nil
}

// mustParse is parse for addresses that are part of the program.
func mustParse(text string) address {
	a, err := parse(text)
	if err != nil {
		panic(err)
	}
	return a
}

func parseIPv4(text string) ([]byte, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 4 {
		return nil, fmt.Errorf("an IPv4 address has four numbers with dots between, not %d", len(parts))
	}
	out := make([]byte, 4)
	for i, part := range parts {
		n, err := parseNumber(part, 255)
		if err != nil {
			return nil, err
		}
		out[i] = byte(n)
	}
	return out, nil
}

// parseNumber is stricter than strconv.Atoi, which takes signs and any number
// of zeros in front.
func parseNumber(text string, most int) (int, error) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	if len(text) > 1 && text[0] == '0' {
		return 0, fmt.Errorf("%q begins with 0, which some programs take to mean octal", text)
	}
	var n uint32
	for _, digit := range text {
		n = 10*n + uint32(digit-'0')
	}
	if n > uint32(most) {
		return 0, fmt.Errorf("%s is too much: the highest is %d", text, most)
	}
	return int(n), nil
}

func parseIPv6(text string) ([]byte, error) {
	left, right, hasGap := strings.Cut(text, "::")
	if strings.Contains(right, "::") {
		return nil, errors.New("a second :: leaves open how many zeros each stands for")
	}
	head, err := parseGroups(left, !hasGap)
	if err != nil {
		return nil, err
	}
	end, err := parseGroups(right, true)
	if err != nil {
		return nil, err
	}
	missing := 16 - len(head) - len(end)
	switch {
	case hasGap && missing < 2:
		return nil, errors.New("with :: there is room for seven more groups at most")
	case !hasGap && missing != 0:
		return nil, fmt.Errorf("an IPv6 address without :: has eight groups, not %d", len(head)/2)
	}
	return append(append(head, make([]byte, missing)...), end...), nil
}

// parseGroups reads what stands on one side of the gap, which may be nothing.
// At the address's end, an IPv4 address may stand for two groups.
func parseGroups(text string, atEnd bool) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	var out []byte
	parts := strings.Split(text, ":")
	for i, part := range parts {
		if atEnd && i == len(parts)-1 && strings.Contains(part, ".") {
			b, err := parseIPv4(part)
			return append(out, b...), err
		}
		if len(part) < 1 || len(part) > 4 || strings.Trim(part, "0123456789abcdefABCDEF") != "" {
			return nil, fmt.Errorf("%q is no group of one to four hexadecimal digits", part)
		}
		n, err := strconv.ParseUint(part, 16, 16)
		if err != nil {
			return nil, err
		}
		out = binary.BigEndian.AppendUint16(out, uint16(n))
	}
	return out, nil
}
